import type { explanation } from '@berth/api-contract';
import type { z } from 'zod';
import type { TextKey, Translate } from '../../shared/i18n/i18n.ts';
import { roleKey } from '../../shared/people/role-names.ts';

type Explanation = z.output<typeof explanation>;

const REASONS: Readonly<Record<Explanation['code'], TextKey>> = {
  'system administrator': 'explain.reason.administrator',
  role: 'explain.reason.role',
  'public project': 'explain.reason.public',
  'signed in': 'explain.reason.signedIn',
  permission: 'explain.reason.permission',
  'no such project': 'explain.reason.noProject',
  'not signed in': 'explain.reason.notSignedIn',
  'no right': 'explain.reason.noRight',
  'token is narrower': 'explain.reason.narrower',
};

/** The server's own names of Harbor's roles. */
const ROLE_IDS: Readonly<Record<string, number>> = { projectAdmin: 1, developer: 2, guest: 3, maintainer: 4, limitedGuest: 5 };

/** Why, in the reader's language. */
export function reasonInWords(
  t: Translate,
  { code, role_id: id, role_name: name = '', repository_patterns: patterns }: Explanation,
): string {
  const key = roleKey(id ?? ROLE_IDS[name] ?? 0);
  const role = key === undefined ? name : t(key);
  if (code === 'role' && patterns !== undefined) return t('explain.reason.roleFor', { role, repositories: patterns.join(', ') });
  return t(REASONS[code], { role });
}
