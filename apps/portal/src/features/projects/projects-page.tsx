import { Badge, Button, NativeSelect } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useFirstPush } from '../../shared/content/use-first-push.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useCurrentUser } from '../../shared/session/session.ts';
import { systemInfoQuery } from '../../shared/session/system-info.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { Age, Count } from '../../shared/ui/values.tsx';
import { type Project, projectListQuery } from './queries.ts';
import { roleKey } from '../../shared/people/role-names.ts';

/** Dialogs are no part of the first visit. */
const NewProjectDialog = lazy(() => import('./new-project-dialog.tsx').then(({ NewProjectDialog }) => ({ default: NewProjectDialog })));

export function ProjectsPage(): ReactNode {
  const { t } = useText();
  const state = useListState('name');
  const { visibility } = useSearch({ from: '/shell/projects' });
  const [creating, setCreating] = useState(false);
  const query = useQuery(projectListQuery({ ...state, ...(visibility === undefined ? {} : { visibility }) }));
  const mayCreate = useMayCreate();
  const columns = useColumns();
  const firstPush = useFirstPush();
  const create = mayCreate ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('projects.new')}
    </Button>
  ) : null;
  return (
    <Page title={t('projects.title')} intro={t('projects.intro')} actions={create}>
      <ListView
        label={t('projects.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(project) => project.project_id}
        filterLabel={t('projects.filter')}
        narrowed={visibility !== undefined}
        tools={<VisibilityChoice />}
        empty={{ title: t('projects.none'), sentence: t('projects.noneHelp'), action: create, command: firstPush }}
      />
      {creating ? (
        <Suspense fallback={null}>
          <NewProjectDialog onClose={() => setCreating(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function useMayCreate(): boolean {
  const user = useCurrentUser();
  const { data } = useQuery(systemInfoQuery);
  return user.sysadmin_flag || data?.project_creation_restriction === 'everyone';
}

function useColumns(): readonly Column<Project>[] {
  const { t } = useText();
  const { sysadmin_flag: isAdmin } = useCurrentUser();
  return [
    {
      key: 'name',
      title: t('projects.name'),
      sort: 'name',
      cell: ({ name }) => (
        <TextLink to="/projects/$project" params={{ project: name }} fw={600}>
          {name}
        </TextLink>
      ),
    },
    {
      key: 'visibility',
      title: t('projects.visibility'),
      cell: ({ metadata }) => <VisibilityBadge isPublic={metadata.public === 'true'} />,
    },
    {
      key: 'repositories',
      title: t('projects.repositories'),
      sort: 'repo_count',
      numeric: true,
      cell: ({ repo_count: count }) => <Count value={count} />,
    },
    {
      key: 'role',
      title: t('projects.role'),
      cell: ({ current_user_role_id: role }) => {
        const key = role === undefined ? undefined : roleKey(role);
        return key !== undefined ? t(key) : isAdmin ? t('role.admin') : t('role.none');
      },
    },
    { key: 'owner', title: t('projects.owner'), sort: 'owner_name', cell: ({ owner_name: owner }) => owner },
    { key: 'created', title: t('projects.created'), sort: 'creation_time', cell: ({ creation_time: at }) => <Age at={at} /> },
  ];
}

export function VisibilityBadge({ isPublic }: { readonly isPublic: boolean }): ReactNode {
  const { t } = useText();
  return (
    <Badge variant="default" radius="sm" tt="none" fw={500}>
      {isPublic ? t('projects.public') : t('projects.private')}
    </Badge>
  );
}

function VisibilityChoice(): ReactNode {
  const { t } = useText();
  const { visibility } = useSearch({ from: '/shell/projects' });
  const navigate = useNavigate({ from: '/projects' });
  return (
    <NativeSelect
      aria-label={t('projects.visibility')}
      value={visibility ?? 'all'}
      onChange={({ currentTarget: { value } }) =>
        void navigate({
          to: '/projects',
          search: ({ page: _page, visibility: _visibility, ...rest }) =>
            value === 'all' ? rest : { ...rest, visibility: value as 'public' | 'private' },
        })
      }
      data={[
        { value: 'all', label: t('projects.all') },
        { value: 'public', label: t('projects.public') },
        { value: 'private', label: t('projects.private') },
      ]}
    />
  );
}
