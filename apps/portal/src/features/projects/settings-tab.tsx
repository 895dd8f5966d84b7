import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Radio.css';
import { Alert, Button, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { namedRefusal } from '../../shared/i18n/refusals.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { PROJECTS_KEY, useOpenProject } from '../../shared/session/project.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { deletableQuery, deleteProject, membersQuery, type Project, setVisibility } from './queries.ts';

export function SettingsTab(): ReactNode {
  const project = useOpenProject();
  const may = useProjectRights(project.project_id);
  return (
    <Stack gap="lg">
      <VisibilitySetting project={project} mayChange={may('project:update')} />
      {may('project:delete') ? <Deletion project={project} /> : null}
    </Stack>
  );
}

function VisibilitySetting({ project, mayChange }: { readonly project: Project; readonly mayChange: boolean }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const current = project.metadata.public === 'true' ? 'public' : 'private';
  const change = useMutation({
    mutationFn: (value: string) => setVisibility(project.project_id, value === 'public'),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: PROJECTS_KEY });
      notifyDone(t('project.visibilitySaved'));
    },
  });
  return (
    <Section title={t('project.visibility')}>
      <Stack gap="sm">
        <Radio.Group
          aria-label={t('project.visibility')}
          value={change.isPending ? change.variables : current}
          onChange={(value) => change.mutate(value)}
        >
          <Stack gap="xs">
            <Radio value="private" label={t('project.visibilityPrivate')} disabled={!mayChange} />
            <Radio value="public" label={t('project.visibilityPublic')} description={t('projects.publicHelp')} disabled={!mayChange} />
          </Stack>
        </Radio.Group>
        <Refusal error={change.error} />
      </Stack>
    </Section>
  );
}

function Deletion({ project }: { readonly project: Project }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const deletable = useQuery(deletableQuery(project.project_id));
  const members = useQuery(membersQuery(project.project_id, { page: 1, filter: '' }));
  const { name } = project;
  const remove = async (): Promise<void> => {
    await deleteProject(project.project_id);
    notifyDone(t('project.deleted', { name }));
    await navigate({ to: '/projects' });
    await client.invalidateQueries({ queryKey: PROJECTS_KEY });
  };
  return (
    <Section title={t('project.delete')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('project.deleteHelp')}</Text>
        {deletable.data?.deletable === false ? (
          <Alert color="gray" title={t('project.notDeletable')}>
            {namedRefusal(t, deletable.data) ?? deletable.data.message}
          </Alert>
        ) : null}
        <Button color="red" variant="outline" disabled={deletable.data?.deletable !== true} onClick={() => setAsking(true)}>
          {t('project.delete')}
        </Button>
      </Stack>
      {asking ? (
        <ConfirmDialog
          title={t('project.delete')}
          lost={t('project.deleteLost', { name, count: members.data?.total ?? 0 })}
          confirmLabel={t('action.delete')}
          typeName={name}
          onClose={() => setAsking(false)}
          onConfirm={remove}
        />
      ) : null}
    </Section>
  );
}
