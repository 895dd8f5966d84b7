import type { TextKey } from '../i18n/i18n.ts';

/** Harbor's ids, strongest role first. */
export const ROLE_IDS = [1, 4, 2, 3, 5] as const;

const KEYS: Readonly<Record<number, TextKey>> = { 1: 'role.1', 2: 'role.2', 3: 'role.3', 4: 'role.4', 5: 'role.5' };

/** Roles that were made here bring their own name. */
export function roleKey(id: number): TextKey | undefined {
  return KEYS[id];
}
