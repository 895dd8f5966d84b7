import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { GroupMenu } from './group-menu.tsx';
import { GroupNameDialog } from './group-name-dialog.tsx';
import { type Group, groupsQuery } from './queries.ts';

const KINDS: Readonly<Record<number, TextKey>> = { 1: 'groups.kind.1', 2: 'groups.kind.2', 3: 'groups.kind.3' };

export function GroupsPage(): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(groupsQuery(state));
  const [creating, setCreating] = useState(false);
  const apiCommand = useApiCommand();
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('groups.new')}
    </Button>
  );
  const columns: Column<Group>[] = [
    {
      key: 'name',
      title: t('groups.name'),
      cell: ({ id, group_name: name }) => (
        <TextLink to="/groups/$group" params={{ group: String(id) }} fw={600}>
          {name}
        </TextLink>
      ),
    },
    { key: 'kind', title: t('groups.kind'), cell: ({ group_type: type }) => t(KINDS[type] ?? 'groups.kind.4') },
    {
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (group) => <GroupMenu group={group} />,
    },
  ];
  return (
    <Page title={t('groups.title')} intro={t('groups.intro')} actions={create}>
      <ListView
        label={t('groups.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(group) => group.id}
        filterLabel={t('groups.filter')}
        empty={{
          title: t('groups.none'),
          sentence: t('groups.noneHelp'),
          action: create,
          command: apiCommand('POST', '/usergroups', { group_name: 'web-team' }),
        }}
      />
      {creating ? <GroupNameDialog onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}
