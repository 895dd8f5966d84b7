import { appTexts } from './en/app.ts';
import { dashboardTexts } from './en/dashboard.ts';
import { projectTexts } from './en/projects.ts';

/** English, what the frame, the dashboard and the projects need; the rest is in the parts of `parts.ts`. `{{name}}` is filled in by `fill`. */
export const texts = { ...appTexts, ...dashboardTexts, ...projectTexts } as const;
