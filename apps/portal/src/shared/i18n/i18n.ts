import i18next, { type TFunction } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en, type TextKey } from './en.ts';
import { zh } from './zh.ts';

export const LANGUAGES = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = 'berth-language';

/** The kept choice, else the browser's first language that we have, else English. */
export function startI18n(): void {
  const language = keptLanguage() ?? browserLanguage();
  document.documentElement.lang = htmlLanguage(language);
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    // Keys contain dots; React escapes.
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
}

export function setLanguage(language: Language): void {
  window.localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = htmlLanguage(language);
  void i18next.changeLanguage(language);
}

export type Translate = (key: PluralKey, values?: Readonly<Record<string, string | number>>) => string;
/** `list.total` stands for `list.total_one` and `list.total_other`. */
export type PluralKey = TextKey | (TextKey extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never);

/** Typed texts, and the language for numbers and dates. */
export function useText(): { readonly t: Translate; readonly language: Language } {
  const { t, i18n } = useTranslation();
  return { t: t as unknown as TFunction & Translate, language: i18n.language === 'zh' ? 'zh' : 'en' };
}

function keptLanguage(): Language | undefined {
  const kept = window.localStorage.getItem(KEPT_AS);
  return kept === 'en' || kept === 'zh' ? kept : undefined;
}

function browserLanguage(): Language {
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'zh' : 'en';
}

function htmlLanguage(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : 'en';
}
