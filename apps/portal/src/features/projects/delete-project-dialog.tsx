import '@mantine/core/styles/Progress.css';
import { Progress, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords } from '../../shared/i18n/refusals.ts';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { deleteProject, deleteRepositories, membersQuery, type Project } from './queries.ts';

export interface DeleteProjectProps {
  readonly project: Project;
  readonly onClose: () => void;
}

/** Deletes what is in it, then the project, and says how far it is; where the server refuses a repository, the rest and the project stay. */
export function DeleteProjectDialog({ project, onClose }: DeleteProjectProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const members = useQuery(membersQuery(project.project_id, { page: 1, filter: '' }));
  // What is there when the dialog opens: the numbers of a project that is open change while its repositories go.
  const [count] = useState(project.repo_count);
  const [gone, setGone] = useState(0);
  const [ends] = useState(() => new AbortController());
  const { name } = project;
  const remove = async (): Promise<void> => {
    let done = 0;
    try {
      await deleteRepositories(name, { onGone: () => setGone((done += 1)), signal: ends.signal });
      await deleteProject(project.project_id);
    } catch (error) {
      await client.invalidateQueries({ queryKey: PROJECTS_KEY });
      if (done === 0) throw error;
      throw new Error(t('project.partly', { done, all: Math.max(done, count), reason: refusalInWords(t, error) }), { cause: error });
    }
    notifyDone(t('project.deleted', { name }));
    await navigate({ to: '/projects' });
    await client.invalidateQueries({ queryKey: PROJECTS_KEY });
  };
  return (
    <ConfirmDialog
      title={t('project.delete')}
      lost={
        <Stack gap="sm">
          <div>{t('project.deleteLost', { name, count: members.data?.total ?? 0 })}</div>
          {count === 0 ? null : <div>{t('project.deleteContent', { count })}</div>}
          <div>{t('project.deleteTrash')}</div>
          {gone === 0 ? null : (
            <div>
              <Progress value={(gone / Math.max(gone, count)) * 100} aria-label={t('project.delete')} />
              <Text size="sm" role="status">
                {t('project.deletedSoFar', { gone, count: Math.max(gone, count) })}
              </Text>
            </div>
          )}
        </Stack>
      }
      confirmLabel={t('action.delete')}
      typeName={name}
      onClose={() => {
        ends.abort();
        onClose();
      }}
      onConfirm={remove}
    />
  );
}
