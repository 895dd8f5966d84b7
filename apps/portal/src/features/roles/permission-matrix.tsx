import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { actionName, type Permission, resourceName, wordOf } from '../../shared/people/permissions.ts';
import { ROLE_IDS, roleKey } from '../../shared/people/role-names.ts';
import type { Role } from '../../shared/people/roles.ts';
import classes from './permission-matrix.module.css';

export interface PermissionMatrixProps {
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
}

/** Every permission in a project against every role. */
export function PermissionMatrix({ roles, permissions }: PermissionMatrixProps): ReactNode {
  const { t } = useText();
  const strongest = [...roles].sort((one, other) => strength(one.id) - strength(other.id));
  const columns = strongest.map((role) => {
    const key = roleKey(role.id);
    return { id: role.id, name: key === undefined ? role.name : t(key), words: new Set(role.permissions.map(wordOf)) };
  });
  return (
    // A region that scrolls must be reachable by keyboard.
    <section className={classes['frame']} tabIndex={0} aria-label={t('roles.matrix')}>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t('roles.permission')}</th>
            {columns.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={wordOf(permission)}>
              <th scope="row">
                <span className={classes['what']}>{resourceName(t, permission.resource)}</span>
                {': '}
                {actionName(t, permission.action)} <span className={classes['word']}>{wordOf(permission)}</span>
              </th>
              {columns.map(({ id, words }) => (
                <td key={id}>
                  {words.has(wordOf(permission)) ? (
                    <IconCheck size={16} className={classes['yes'] ?? ''} role="img" aria-label={t('roles.includes')} />
                  ) : (
                    <span className={classes['no']} role="img" aria-label={t('roles.excludes')}>
                      –
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Harbor's roles first, by what they allow; then those that were made here. */
function strength(id: number): number {
  const place = ROLE_IDS.findIndex((one) => one === id);
  return place < 0 ? id : place;
}
