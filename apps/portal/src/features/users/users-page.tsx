import { Badge, Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useCurrentUser } from '../../shared/session/session.ts';
import { Page } from '../../shared/ui/page.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import { type User, usersQuery } from './queries.ts';
import { UserMenu } from './user-menu.tsx';

export function UsersPage(): ReactNode {
  const { t } = useText();
  const state = useListState('username');
  const query = useQuery(usersQuery(state));
  const [creating, setCreating] = useState(false);
  const columns = useColumns();
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('users.new')}
    </Button>
  );
  return (
    <Page title={t('users.title')} intro={t('users.intro')} actions={create}>
      <ListView
        label={t('users.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(user) => user.user_id}
        filterLabel={t('users.filter')}
        empty={{
          title: t('users.none'),
          sentence: t('users.noneHelp'),
          action: create,
          command: 'berth admin create-user grace --email grace@example.com',
        }}
      />
      {creating ? <NewUserDialog onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}

function useColumns(): readonly Column<User>[] {
  const { t } = useText();
  const me = useCurrentUser();
  return [
    {
      key: 'username',
      title: t('users.username'),
      sort: 'username',
      cell: (user) => (
        <Group gap="xs">
          <Text fw={600} size="sm">
            {user.username}
          </Text>
          {user.user_id === me.user_id ? (
            <Badge variant="default" radius="sm" tt="none" fw={500}>
              {t('users.you')}
            </Badge>
          ) : null}
          {user.sysadmin_flag ? (
            <Badge variant="light" radius="sm" tt="none">
              {t('users.admin')}
            </Badge>
          ) : null}
        </Group>
      ),
    },
    { key: 'realname', title: t('users.realname'), cell: ({ realname }) => realname },
    { key: 'email', title: t('users.email'), sort: 'email', cell: ({ email }) => email },
    { key: 'created', title: t('users.created'), sort: 'creation_time', cell: ({ creation_time: at }) => <Age at={at} /> },
    {
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (user) => (user.user_id === me.user_id ? null : <UserMenu user={user} />),
    },
  ];
}
