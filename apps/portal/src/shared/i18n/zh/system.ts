import type { systemTexts as english } from '../en/system.ts';

export const systemTexts: Readonly<Record<keyof typeof english, string>> = {};
