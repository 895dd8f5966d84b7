import '@mantine/core/styles/List.css';
import { ActionIcon, Button, Code, Group, List, NativeSelect, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { PROJECTS_KEY, useOpenProject } from '../../shared/session/project.ts';
import { ROLE_IDS } from '../../shared/people/role-names.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { AddMemberDialog } from './add-member-dialog.tsx';
import { type Member, membersQuery, type Project, removeMember, setRole } from './queries.ts';
import { useRoleChoices } from './use-role-choices.ts';

export function MembersTab(): ReactNode {
  const { t } = useText();
  const project = useOpenProject();
  const may = useProjectRights(project.project_id);
  const state = useListState('');
  const query = useQuery(membersQuery(project.project_id, state));
  const [adding, setAdding] = useState(false);
  const columns = useColumns(project);
  const apiCommand = useApiCommand();
  const add = may('member:create') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('members.add')}
    </Button>
  ) : null;
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
        empty={{
          title: t('members.none'),
          sentence: t('members.noneHelp'),
          action: add,
          command:
            add === null
              ? null
              : apiCommand('POST', `/projects/${project.project_id}/members`, { role_id: 2, member_user: { username: 'grace' } }),
        }}
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
    { key: 'name', title: t('members.user'), cell: ({ entity_name: name }) => <strong>{name}</strong> },
    { key: 'kind', title: t('members.kind'), cell: ({ entity_type: type }) => t(`members.kind.${type}`) },
    {
      key: 'role',
      title: t('members.role'),
      cell: (member) => <RoleCell project={project} member={member} mayChange={may('member:update')} />,
    },
    { key: 'where', title: t('grants.where'), cell: ({ repository_patterns: patterns }) => <Where patterns={patterns} /> },
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

function Where({ patterns }: { readonly patterns: readonly string[] | undefined }): ReactNode {
  const { t } = useText();
  if (patterns === undefined)
    return (
      <Text span inherit c="dimmed">
        {t('grants.everywhere')}
      </Text>
    );
  return (
    <Group gap={4}>
      {patterns.map((pattern) => (
        <Code key={pattern}>{pattern}</Code>
      ))}
    </Group>
  );
}

interface MemberProps {
  readonly project: Project;
  readonly member: Member;
}

function RoleCell({ project, member, mayChange }: MemberProps & { readonly mayChange: boolean }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const choices = useRoleChoices();
  const nameOf = (id: number): string => choices.find((choice) => choice.id === id)?.name ?? member.role_name;
  const change = useMutation({
    mutationFn: (roleId: number) => setRole(project.project_id, member.id, roleId),
    onSuccess: async (_done, roleId) => {
      await client.invalidateQueries({ queryKey: PROJECTS_KEY });
      notifyDone(t('members.changed', { name: member.entity_name, role: nameOf(roleId) }));
    },
  });
  if (!mayChange) return nameOf(member.role_id);
  return (
    <Stack gap={4}>
      <NativeSelect
        size="xs"
        w={160}
        aria-label={t('members.roleOf', { name: member.entity_name })}
        value={String(change.isPending ? change.variables : member.role_id)}
        disabled={change.isPending}
        onChange={(event) => change.mutate(Number(event.currentTarget.value))}
        data={choices.map(({ id, name }) => ({ value: String(id), label: name }))}
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
      <ActionIcon
        variant="subtle"
        color="red"
        aria-label={t('members.removeTitle', { name })}
        data-tip={t('members.remove')}
        onClick={() => setAsking(true)}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
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
