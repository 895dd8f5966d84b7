import type { TextKey, Translate } from '../i18n/i18n.ts';

const NAMES: Readonly<Record<string, TextKey>> = {
  database: 'health.component.database',
  storage: 'health.component.storage',
  'storage-space': 'health.component.storage-space',
  jobs: 'health.component.jobs',
};

/** What a component is called; one of a newer server by the name that it gives. */
export function componentName(t: Translate, name: string): string {
  const key = NAMES[name];
  return key === undefined ? name : t(key);
}
