import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Radio.css';
import { Button, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { PROJECTS_KEY, useOpenProject } from '../../shared/session/project.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { DESTRUCTIVE } from '../../shared/ui/theme.ts';
import { DeleteProjectDialog } from './delete-project-dialog.tsx';
import { type Project, setVisibility } from './queries.ts';

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
  const [asking, setAsking] = useState(false);
  return (
    <Section title={t('project.delete')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('project.deleteHelp')}</Text>
        <Button color={DESTRUCTIVE} onClick={() => setAsking(true)}>
          {t('project.delete')}
        </Button>
      </Stack>
      {asking ? <DeleteProjectDialog project={project} onClose={() => setAsking(false)} /> : null}
    </Section>
  );
}
