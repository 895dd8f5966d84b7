import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCrumbs } from '../../shared/content/crumbs.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { TabLinks } from '../../shared/ui/tab-links.tsx';
import { DescriptionDialog } from './description-dialog.tsx';
import { deleteRepository, type Repository, type RepositoryName, repositoryQuery } from './queries.ts';

/** Title and tabs of a repository, around the tab that is open. */
export function RepositoryFrame(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: '/shell/projects/$project/repositories/$repository' });
  const query = useQuery(repositoryQuery(name));
  const may = useProjectRights(query.data?.project_id);
  return (
    <Page
      title={name.repository}
      crumbs={useCrumbs({ project: name.project })}
      intro={query.data?.description === '' ? undefined : query.data?.description}
      actions={
        query.data !== undefined && (may('repository:update') || may('repository:delete')) ? (
          <RepositoryMenu name={name} repository={query.data} />
        ) : null
      }
    >
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <TabLinks
            label={t('repository.tabs')}
            tabs={[
              { label: t('repository.tab.tags'), link: { to: '/projects/$project/repositories/$repository', params: name } },
              { label: t('repository.tab.digests'), link: { to: '/projects/$project/repositories/$repository/digests', params: name } },
              { label: t('repository.tab.history'), link: { to: '/projects/$project/repositories/$repository/history', params: name } },
            ]}
          />
          <Outlet />
        </>
      )}
    </Page>
  );
}

interface RepositoryMenuProps {
  readonly name: RepositoryName;
  readonly repository: Repository;
}

function RepositoryMenu({ name, repository: { project_id: project, artifact_count: count, description } }: RepositoryMenuProps): ReactNode {
  const { t } = useText();
  const may = useProjectRights(project);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'describe' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  const remove = async (): Promise<void> => {
    await deleteRepository(name);
    notifyDone(t('repository.deleted', { name: name.repository }));
    await navigate({ to: '/projects/$project', params: { project: name.project } });
    await client.invalidateQueries();
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t('action.actionsFor', { name: name.repository })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may('repository:update') ? (
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('describe')}>
              {t('repository.describe')}
            </Menu.Item>
          ) : null}
          {may('repository:delete') ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
              {t('repository.delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'describe' ? <DescriptionDialog name={name} description={description} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('repository.delete')}
          lost={`${t('repository.deleteLost', { name: name.repository, count })} ${t('repository.trashHint')}`}
          confirmLabel={t('action.delete')}
          typeName={name.repository}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </>
  );
}
