import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PROJECTS_KEY, type Project, useOpenProject } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { draftOf, NO_POLICY, type PolicyDraft } from './policy-draft.ts';
import { Preview } from './preview.tsx';
import { policyQuery, RETENTION_KEY, savePolicy } from './queries.ts';
import { RuleList } from './rule-list.tsx';
import { Runs } from './runs.tsx';
import { ScheduleField } from './schedule-field.tsx';

/** What a project keeps: rules, what they would do now, when they run, and what they did. */
export function RetentionTab(): ReactNode {
  const { t } = useText();
  const project = useOpenProject();
  const policyId = policyOf(project);
  const query = useQuery({ ...policyQuery(policyId ?? 0), enabled: policyId !== undefined });
  if (policyId !== undefined && query.isPending) return <LoadingState />;
  if (policyId !== undefined && query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const saved = policyId === undefined || query.data === undefined ? NO_POLICY : draftOf(query.data);
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed" maw={760}>
        {t('retention.intro')}
      </Text>
      <Editor key={JSON.stringify(saved)} project={project} policyId={policyId} saved={saved} />
      {policyId === undefined ? null : <Runs project={project} policyId={policyId} />}
    </Stack>
  );
}

/** Undefined where the project has no policy yet. */
export function policyOf({ metadata }: Project): number | undefined {
  const id = Number(metadata.retention_id);
  return Number.isInteger(id) && id > 0 ? id : undefined;
}

interface EditorProps {
  readonly project: Project;
  readonly policyId: number | undefined;
  readonly saved: PolicyDraft;
}

function Editor({ project, policyId, saved }: EditorProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const may = useProjectRights(project.project_id);
  const [draft, setDraft] = useState(saved);
  const mayChange = may(policyId === undefined ? 'tag-retention:create' : 'tag-retention:update');
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const save = useMutation({
    mutationFn: () => savePolicy(project.project_id, policyId, draft),
    onSuccess: async () => {
      notifyDone(t('retention.saved'));
      await Promise.all([client.invalidateQueries({ queryKey: RETENTION_KEY }), client.invalidateQueries({ queryKey: PROJECTS_KEY })]);
    },
  });
  return (
    <>
      <RuleList rules={draft.rules} mayChange={mayChange} onChange={(rules) => setDraft({ ...draft, rules })} />
      <ScheduleField cron={draft.cron} disabled={!mayChange} onChange={(cron) => setDraft({ ...draft, cron })} />
      {changed ? (
        <Alert color="yellow" title={t('retention.unsaved')} role="status">
          <Group gap="sm">
            <Button onClick={() => save.mutate()} loading={save.isPending}>
              {t('retention.save')}
            </Button>
            <Button variant="default" onClick={() => setDraft(saved)}>
              {t('retention.discard')}
            </Button>
          </Group>
        </Alert>
      ) : null}
      <Refusal error={save.error} />
      {draft.rules.some(({ disabled }) => !disabled) ? <Preview projectId={project.project_id} draft={draft} /> : null}
    </>
  );
}
