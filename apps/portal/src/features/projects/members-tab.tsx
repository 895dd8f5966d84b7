import { ActionIcon, Button, Group, List, NativeSelect, Stack, Text, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useProjectRights } from '../../shared/session/session.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { AddMemberDialog } from './add-member-dialog.tsx';
import { type Member, membersQuery, type Project, removeMember, setRole } from './queries.ts';
import { ROLE_IDS, roleKey } from './role-names.ts';
import { useProject } from './use-project.ts';

export function MembersTab(): ReactNode {
  const { t } = useText();
  const project = useProject();
  const may = useProjectRights(project.project_id);
  const state = useListState('');
  const query = useQuery(membersQuery(project.project_id, state));
  const [adding, setAdding] = useState(false);
  const columns = useColumns(project);
  const add = may('member:create') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('members.add')}
    </Button>
  ) : undefined;
  return (
    <Stack gap="lg">
      <ListView
        label={t('project.tab.members')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(member) => member.id}
        filterLabel={t('members.filter')}
        tools={add}
        empty={
          <EmptyState title={t('members.none')} action={add}>
            {t('members.noneHelp')}
          </EmptyState>
        }
      />
      <Section title={t('members.rolesHelp')}>
        <List size="sm" spacing={4}>
          {ROLE_IDS.map((id) => (
            <List.Item key={id}>
              <strong>{t(`role.${id}`)}</strong>: {t(`role.${id}.help`)}
            </List.Item>
          ))}
        </List>
      </Section>
      {adding ? <AddMemberDialog project={project} onClose={() => setAdding(false)} /> : null}
    </Stack>
  );
}

function useColumns(project: Project): readonly Column<Member>[] {
  const { t } = useText();
  const may = useProjectRights(project.project_id);
  const columns: Column<Member>[] = [
    { key: 'name', title: t('members.user'), cell: ({ entity_name: name }) => <Text fw={600}>{name}</Text> },
    { key: 'kind', title: t('members.kind'), cell: ({ entity_type: type }) => t(`members.kind.${type}`) },
    {
      key: 'role',
      title: t('members.role'),
      cell: (member) => <RoleCell project={project} member={member} mayChange={may('member:update')} />,
    },
  ];
  if (may('member:delete')) {
    columns.push({
      key: 'remove',
      title: t('members.remove'),
      quietTitle: true,
      corner: true,
      cell: (member) => <RemoveMember project={project} member={member} />,
    });
  }
  return columns;
}

interface MemberProps {
  readonly project: Project;
  readonly member: Member;
}

function RoleCell({ project, member, mayChange }: MemberProps & { readonly mayChange: boolean }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (roleId: number) => setRole(project.project_id, member.id, roleId),
    onSuccess: async (_done, roleId) => {
      await client.invalidateQueries({ queryKey: PROJECTS_KEY });
      const key = roleKey(roleId);
      if (key !== undefined) notifyDone(t('members.changed', { name: member.entity_name, role: t(key) }));
    },
  });
  const key = roleKey(member.role_id);
  if (!mayChange || key === undefined) return key === undefined ? member.role_name : t(key);
  return (
    <Stack gap={4}>
      <NativeSelect
        size="xs"
        w={160}
        aria-label={t('members.roleOf', { name: member.entity_name })}
        value={String(change.isPending ? change.variables : member.role_id)}
        disabled={change.isPending}
        onChange={(event) => change.mutate(Number(event.currentTarget.value))}
        data={ROLE_IDS.map((id) => ({ value: String(id), label: t(`role.${id}`) }))}
      />
      <Refusal error={change.error} />
    </Stack>
  );
}

function RemoveMember({ project, member }: MemberProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const name = member.entity_name;
  const remove = async (): Promise<void> => {
    await removeMember(project.project_id, member.id);
    await client.invalidateQueries({ queryKey: PROJECTS_KEY });
    notifyDone(t('members.removed', { name }));
  };
  return (
    <Group justify="flex-end">
      <Tooltip label={t('members.remove')}>
        <ActionIcon variant="subtle" color="red" aria-label={t('members.removeTitle', { name })} onClick={() => setAsking(true)}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {asking ? (
        <ConfirmDialog
          title={t('members.removeTitle', { name })}
          lost={t('members.removeLost', { name, project: project.name })}
          confirmLabel={t('action.remove')}
          onClose={() => setAsking(false)}
          onConfirm={remove}
        />
      ) : null}
    </Group>
  );
}
