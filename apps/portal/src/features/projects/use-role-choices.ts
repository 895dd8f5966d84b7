import { useQuery } from '@tanstack/react-query';
import { useText } from '../../shared/i18n/i18n.ts';
import { ROLE_IDS } from '../../shared/people/role-names.ts';
import { rolesQuery } from '../../shared/people/roles.ts';

export interface RoleChoice {
  readonly id: number;
  readonly name: string;
  /** Empty for a role that was made here. */
  readonly help: string;
}

/** Harbor's five in the person's language, then those that were made here under their own names. */
export function useRoleChoices(): readonly RoleChoice[] {
  const { t } = useText();
  const roles = useQuery(rolesQuery).data ?? [];
  return [
    ...ROLE_IDS.map((id) => ({ id, name: t(`role.${id}`), help: t(`role.${id}.help`) })),
    ...roles.filter((role) => !role.built_in).map(({ id, name }) => ({ id, name, help: '' })),
  ];
}
