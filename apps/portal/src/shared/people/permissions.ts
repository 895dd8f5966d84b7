import { type permission } from '@berth/api-contract';
import type { z } from 'zod';
import type { TextKey, Translate } from '../i18n/i18n.ts';

export type Permission = z.output<typeof permission>;

/** `repository:push`. */
export function wordOf({ resource, action }: Permission): string {
  return `${resource}:${action}`;
}

export function permissionOf(word: string): Permission {
  const colon = word.indexOf(':');
  return { resource: word.slice(0, colon), action: word.slice(colon + 1) };
}

/** What the permission is about, in words; one that has none is shown as the API calls it. */
export function resourceName(t: Translate, resource: string): string {
  return worded(t, `perm.${resource}`, resource);
}

export function actionName(t: Translate, action: string): string {
  return worded(t, `can.${action}`, action);
}

function worded(t: Translate, key: string, otherwise: string): string {
  const text = t(key as TextKey);
  return text === key ? otherwise : text;
}

/** Permissions of the same resource together, in the order in which resources first come. */
export function byResource(permissions: readonly Permission[]): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const { resource, action } of permissions) groups.set(resource, [...(groups.get(resource) ?? []), action]);
  return [...groups];
}
