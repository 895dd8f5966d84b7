import { appTexts } from './en/app.ts';
import { contentTexts } from './en/content.ts';
import { peopleTexts } from './en/people.ts';
import { projectTexts } from './en/projects.ts';
import { systemTexts } from './en/system.ts';

/** English, the key set of every language: `zh.ts` must have exactly these keys (its type says so). `{{name}}` is filled in by `fill`. */
export const texts = { ...appTexts, ...projectTexts, ...contentTexts, ...peopleTexts, ...systemTexts } as const;
