import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import { NativeSelect, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { NameField } from '../../shared/people/name-field.tsx';
import { rolesQuery } from '../../shared/people/roles.ts';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { addMember, type Project } from './queries.ts';
import { useRoleChoices } from './use-role-choices.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const DEVELOPER = '2';

/** Gives a user or a group a role in the project, or in some of its repositories. */
export function AddMemberDialog({ project, onClose }: { readonly project: Project; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [kind, setKind] = useState<'user' | 'group'>('user');
  const [typed, setTyped] = useState('');
  const [role, setRole] = useState(DEVELOPER);
  const [patterns, setPatterns] = useState('');
  const roles = useQuery(rolesQuery).data ?? [];
  const choices = useRoleChoices();
  const name = typed.trim();
  const add = async (): Promise<void> => {
    await addMember(project.project_id, { kind, name, roleId: Number(role), patterns: linesOf(patterns) });
    await client.invalidateQueries({ queryKey: PROJECTS_KEY });
    notifyDone(t('members.added', { name }));
  };
  const description = roles.find(({ id, built_in: builtIn }) => String(id) === role && !builtIn)?.description;
  return (
    <FormDialog title={t('members.add')} onClose={onClose} onSubmit={add} submitLabel={t('action.add')} disabled={name === ''}>
      <SegmentedControl
        aria-label={t('grants.who')}
        value={kind}
        onChange={(value) => {
          setKind(value === 'group' ? 'group' : 'user');
          setTyped('');
        }}
        data={[
          { value: 'user', label: t('grants.user') },
          { value: 'group', label: t('grants.group') },
        ]}
      />
      <NameField
        kind={kind}
        label={kind === 'user' ? t('members.user') : t('grants.groupName')}
        value={typed}
        onChange={setTyped}
        autoFocus
      />
      <Stack gap={4}>
        <NativeSelect
          label={t('members.role')}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value)}
          data={choices.map(({ id, name: label, help }) => ({ value: String(id), label: help === '' ? label : `${label} (${help})` }))}
        />
        {description === undefined || description === '' ? null : (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
      </Stack>
      <Textarea
        label={t('grants.patterns')}
        description={t('grants.patternsHelp')}
        value={patterns}
        onChange={(event) => setPatterns(event.currentTarget.value)}
        rows={2}
        maxLength={2048}
        {...AS_TYPED}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </FormDialog>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
