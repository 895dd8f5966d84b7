import type { peopleTexts as english } from '../en/people.ts';

export const peopleTexts: Readonly<Record<keyof typeof english, string>> = {};
