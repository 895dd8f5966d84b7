import { ActionIcon, Button, Group as Row } from '@mantine/core';
import { IconPlus, IconUserMinus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { NameField } from '../../shared/people/name-field.tsx';
import { ConfirmDialog, FormDialog } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { GroupMenu } from './group-menu.tsx';
import { addToGroup, type Group, type GroupMember, groupMembersQuery, groupQuery, GROUPS_KEY, takeFromGroup } from './queries.ts';

/** One group, and who is in it. */
export function GroupPage(): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const { group: id } = useParams({ from: '/shell/groups/$group' });
  const query = useQuery(groupQuery(id));
  const group = query.data;
  return (
    <Page
      title={group?.group_name ?? t('groups.title')}
      crumbs={[
        <TextLink key="groups" to="/groups">
          {t('groups.title')}
        </TextLink>,
      ]}
      actions={group === undefined ? null : <GroupMenu group={group} onDeleted={() => navigate({ to: '/groups' })} />}
    >
      {query.isPending ? (
        <LoadingState />
      ) : group === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Members group={group} />
      )}
    </Page>
  );
}

function Members({ group }: { readonly group: Group }): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(groupMembersQuery(String(group.id), state.page));
  const [adding, setAdding] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('groups.addMember')}
    </Button>
  );
  const apiCommand = useApiCommand();
  const columns: Column<GroupMember>[] = [
    { key: 'name', title: t('users.username'), cell: ({ username }) => <strong>{username}</strong> },
    {
      key: 'remove',
      title: t('groups.takeOut'),
      quietTitle: true,
      corner: true,
      cell: (member) => <TakeOut group={group} member={member} />,
    },
  ];
  return (
    <>
      <ListView
        label={t('groups.members')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(member) => member.user_id}
        tools={add}
        empty={{
          title: t('groups.noMembers'),
          sentence: t('groups.noMembersHelp'),
          action: add,
          command: apiCommand('POST', `/usergroups/${group.id}/members`, { username: 'grace' }),
        }}
      />
      {adding ? <AddDialog group={group} onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function AddDialog({ group, onClose }: { readonly group: Group; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const name = typed.trim();
  const add = async (): Promise<void> => {
    await addToGroup(group.id, name);
    await client.invalidateQueries({ queryKey: GROUPS_KEY });
    notifyDone(t('groups.added', { name }));
  };
  return (
    <FormDialog title={t('groups.addMember')} onClose={onClose} onSubmit={add} submitLabel={t('action.add')} disabled={name === ''}>
      <NameField kind="user" label={t('users.username')} value={typed} onChange={setTyped} autoFocus />
    </FormDialog>
  );
}

function TakeOut({ group, member }: { readonly group: Group; readonly member: GroupMember }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { username: name } = member;
  const remove = async (): Promise<void> => {
    await takeFromGroup(group.id, member.user_id);
    await client.invalidateQueries({ queryKey: GROUPS_KEY });
    notifyDone(t('groups.takenOut', { name }));
  };
  return (
    <Row justify="flex-end">
      <ActionIcon
        variant="subtle"
        color="red"
        aria-label={t('groups.takeOutTitle', { name })}
        data-tip={t('groups.takeOut')}
        onClick={() => setAsking(true)}
      >
        <IconUserMinus size={16} aria-hidden />
      </ActionIcon>
      {asking ? (
        <ConfirmDialog
          title={t('groups.takeOutTitle', { name })}
          lost={t('groups.takeOutLost', { name })}
          confirmLabel={t('groups.takeOut')}
          onClose={() => setAsking(false)}
          onConfirm={remove}
        />
      ) : null}
    </Row>
  );
}
