import { appTexts } from './zh/app.ts';
import { contentTexts } from './zh/content.ts';
import { peopleTexts } from './zh/people.ts';
import { projectTexts } from './zh/projects.ts';
import { systemTexts } from './zh/system.ts';
import type { texts as english } from './en.ts';

/** 简体中文. */
export const texts: Readonly<Record<keyof typeof english, string>> = {
  ...appTexts,
  ...projectTexts,
  ...contentTexts,
  ...peopleTexts,
  ...systemTexts,
};
