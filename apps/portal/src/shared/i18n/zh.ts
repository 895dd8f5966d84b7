import type { texts as english } from './en.ts';
import { appTexts } from './zh/app.ts';
import { dashboardTexts } from './zh/dashboard.ts';
import { projectTexts } from './zh/projects.ts';

/** 简体中文. */
export const texts: Readonly<Record<keyof typeof english, string>> = { ...appTexts, ...dashboardTexts, ...projectTexts };
