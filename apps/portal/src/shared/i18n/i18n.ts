import { useSyncExternalStore } from 'react';
import type { texts as english } from './en.ts';
import { fill, type Values } from './fill.ts';
import { type PartKey, PARTS, type TextPart } from './parts.ts';

export type TextKey = keyof typeof english | PartKey;
type Texts = Readonly<Record<string, string>>;

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
let texts: Texts = {};
const wantedParts = new Set<TextPart>();
const listeners = new Set<() => void>();

/** The kept choice, else the browser's first language that we have, else English. Only that language is loaded. */
export async function startI18n(): Promise<void> {
  await speak(keptLanguage() ?? browserLanguage());
}

/** Gets texts that are not there from the start, in the language that is spoken; those that are there cost nothing. */
export async function loadTexts(parts: readonly TextPart[]): Promise<void> {
  const { language } = spoken;
  for (const part of parts) wantedParts.add(part);
  const found = await Promise.all(parts.map((part): Promise<Texts> => PARTS[part][language]()));
  // Whoever changed the language meanwhile has loaded these parts too.
  if (spoken.language === language) texts = Object.assign({}, texts, ...found);
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
  const first = LOAD[language]().then((module): Texts => module.texts);
  let parts: readonly TextPart[];
  let loaded: readonly Texts[];
  do {
    parts = [...wantedParts];
    loaded = await Promise.all([first, ...parts.map((part): Promise<Texts> => PARTS[part][language]())]);
  } while (parts.length < wantedParts.size);
  texts = Object.assign({}, ...loaded);
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
