import { Autocomplete, NativeSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { addMember, type Project, userSearchQuery } from './queries.ts';
import { ROLE_IDS } from './role-names.ts';

const DEVELOPER = '2';

export function AddMemberDialog({ project, onClose }: { readonly project: Project; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const [name, setName] = useState('');
  const [role, setRole] = useState(DEVELOPER);
  const [part] = useDebouncedValue(name.trim(), 200);
  const found = useQuery(userSearchQuery(part));
  const client = useQueryClient();
  const add = async (): Promise<void> => {
    await addMember(project.project_id, name.trim(), Number(role));
    await client.invalidateQueries({ queryKey: PROJECTS_KEY });
    notifyDone(t('members.added', { name: name.trim() }));
  };
  return (
    <FormDialog title={t('members.add')} onClose={onClose} onSubmit={add} submitLabel={t('action.add')} disabled={name.trim() === ''}>
      <Autocomplete
        data-autofocus
        label={t('members.user')}
        description={t('members.userHelp')}
        value={name}
        onChange={setName}
        data={[...new Set(found.data?.items.map(({ username }) => username))]}
        filter={({ options }) => options}
        maxLength={255}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <NativeSelect
        label={t('members.role')}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value)}
        data={ROLE_IDS.map((id) => ({ value: String(id), label: `${t(`role.${id}`)} (${t(`role.${id}.help`)})` }))}
      />
    </FormDialog>
  );
}
