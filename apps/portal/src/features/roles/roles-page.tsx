import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import type { Permission } from '../../shared/people/permissions.ts';
import { type Role, ROLES_KEY, rolesQuery } from '../../shared/people/roles.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page, Section } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { PermissionMatrix } from './permission-matrix.tsx';
import { deleteRole } from './queries.ts';
import { RoleDialog } from './role-dialog.tsx';

/** Of Harbor's roles this one holds every permission that there is in a project. */
const PROJECT_ADMIN = 1;
const EXAMPLE = { name: 'Puller', permissions: [{ resource: 'repository', action: 'pull' }] };

export function RolesPage(): ReactNode {
  const { t } = useText();
  const { sysadmin_flag: mayChange } = useCurrentUser();
  const query = useQuery(rolesQuery);
  const [creating, setCreating] = useState(false);
  const roles = query.data ?? [];
  const permissions = roles.find(({ id }) => id === PROJECT_ADMIN)?.permissions ?? [];
  const create = mayChange ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('roles.new')}
    </Button>
  ) : null;
  return (
    <Page title={t('roles.title')} intro={t('roles.intro')} actions={create}>
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <Section title={t('roles.own')}>
            <OwnRoles roles={roles.filter((role) => !role.built_in)} permissions={permissions} mayChange={mayChange} create={create} />
          </Section>
          <Section title={t('roles.matrix')}>
            <Text size="sm" c="dimmed" mb="sm">
              {t('roles.matrixHelp')}
            </Text>
            <PermissionMatrix roles={roles} permissions={permissions} />
          </Section>
        </>
      )}
      {creating ? <RoleDialog choices={permissions} onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}

interface OwnRolesProps {
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly mayChange: boolean;
  /** The button for one more; null for who may not. */
  readonly create: ReactElement | null;
}

function OwnRoles({ roles, permissions, mayChange, create }: OwnRolesProps): ReactNode {
  const { t } = useText();
  const apiCommand = useApiCommand();
  if (roles.length === 0)
    return (
      <EmptyState
        title={t('roles.none')}
        sentence={t('roles.noneHelp')}
        action={create}
        command={mayChange ? apiCommand('POST', '/roles', EXAMPLE) : null}
      />
    );
  const columns: Column<Role>[] = [
    { key: 'name', title: t('roles.name'), cell: ({ name }) => <strong>{name}</strong> },
    { key: 'description', title: t('roles.description'), cell: ({ description }) => description },
    {
      key: 'permissions',
      title: t('roles.choose'),
      cell: ({ permissions: held }) => t('roles.permissions', { count: held.length }),
    },
  ];
  if (mayChange)
    columns.push({
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (role) => <RoleMenu role={role} permissions={permissions} />,
    });
  return <DataTable label={t('roles.own')} columns={columns} rows={roles} rowKey={({ id }) => id} />;
}

function RoleMenu({ role, permissions }: { readonly role: Role; readonly permissions: readonly Permission[] }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  const { name } = role;
  const remove = async (): Promise<void> => {
    await deleteRole(role.id);
    await client.invalidateQueries({ queryKey: ROLES_KEY });
    notifyDone(t('roles.deleted', { name }));
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('action.actionsFor', { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('edit')}>
            {t('roles.edit')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
            {t('action.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'edit' ? <RoleDialog role={role} choices={permissions} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('roles.deleteTitle', { name })}
          lost={t('roles.deleteLost')}
          confirmLabel={t('action.delete')}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </>
  );
}
