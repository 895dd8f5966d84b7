import { useSyncExternalStore } from 'react';
import type { texts as english } from './en.ts';
import { fill, type Values } from './fill.ts';

export type TextKey = keyof typeof english;
type Texts = Readonly<Record<TextKey, string>>;

export const LANGUAGES = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = 'berth-language';
const LOAD: Readonly<Record<Language, () => Promise<{ readonly texts: Texts }>>> = {
  en: () => import('./en.ts'),
  zh: () => import('./zh.ts'),
};

interface Spoken {
  readonly language: Language;
  readonly t: Translate;
}

let spoken: Spoken = { language: 'en', t: (key) => key };
const listeners = new Set<() => void>();

/** The kept choice, else the browser's first language that we have, else English. Only that language is loaded. */
export async function startI18n(): Promise<void> {
  await speak(keptLanguage() ?? browserLanguage());
}

export async function setLanguage(language: Language): Promise<void> {
  await speak(language);
  window.localStorage.setItem(KEPT_AS, language);
}

export type Translate = (key: PluralKey, values?: Values) => string;
/** `list.total` stands for `list.total_one` and `list.total_other`; which one, the value `count` decides. */
export type PluralKey = TextKey | (TextKey extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never);

/** Typed texts, and the language for numbers and dates. */
export function useText(): Spoken {
  return useSyncExternalStore(subscribe, () => spoken);
}

async function speak(language: Language): Promise<void> {
  const { texts } = await LOAD[language]();
  spoken = { language, t: (key, values) => fill(texts, key, { language, values: values ?? {} }) };
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function keptLanguage(): Language | undefined {
  const kept = window.localStorage.getItem(KEPT_AS);
  return kept === 'en' || kept === 'zh' ? kept : undefined;
}

function browserLanguage(): Language {
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'zh' : 'en';
}
