import { NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFirstPush } from '../../shared/content/use-first-push.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { EVENT_KINDS, type EventKind } from './event-kinds.ts';
import { contentQuery, type PastEvent } from './queries.ts';
import { useContentEvents } from './use-content-events.ts';

const KINDS: Readonly<Record<EventKind, TextKey>> = {
  'manifest pushed': 'activity.kind.pushed',
  'manifest deleted': 'activity.kind.deleted',
  'tag created': 'activity.kind.tagCreated',
  'tag moved': 'activity.kind.tagMoved',
  'tag deleted': 'activity.kind.tagDeleted',
  'repository deleted': 'activity.kind.repositoryDeleted',
};

/** What was pushed, tagged and deleted in every repository that one may see, the newest first. */
export function ContentActivity(): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const { kind } = useSearch({ from: '/shell/activity' });
  const navigate = useNavigate();
  const query = useQuery(contentQuery({ page: state.page, filter: state.filter, kind }, useContentEvents(undefined)));
  const firstPush = useFirstPush();
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('activity.seen')}
      </Text>
      <ListView
        label={t('nav.activity')}
        query={query}
        state={state}
        columns={useColumns()}
        rowKey={(event) => event.id}
        filterLabel={t('project.filterRepositories')}
        narrowed={kind !== undefined}
        onClear={() => void navigate({ to: '/activity', search: {} })}
        tools={
          <NativeSelect
            aria-label={t('activity.what')}
            value={kind ?? ''}
            onChange={(event) => {
              const wanted = EVENT_KINDS.find((one) => one === event.currentTarget.value);
              void navigate({
                to: '/activity',
                search: ({ page: _page, kind: _kind, ...rest }) => (wanted === undefined ? rest : { ...rest, kind: wanted }),
              });
            }}
            data={[{ value: '', label: t('activity.anyKind') }, ...EVENT_KINDS.map((value) => ({ value, label: t(KINDS[value]) }))]}
          />
        }
        empty={{
          title: t('activity.none'),
          sentence: t('activity.noneSeen'),
          action: <ButtonLink to="/projects">{t('nav.projects')}</ButtonLink>,
          command: firstPush,
        }}
      />
    </>
  );
}

function useColumns(): readonly Column<PastEvent>[] {
  const { t } = useText();
  return [
    { key: 'when', title: t('activity.when'), cell: ({ time }) => <Age at={time} /> },
    { key: 'who', title: t('activity.who'), cell: ({ actor }) => <strong>{actor}</strong> },
    {
      key: 'what',
      title: t('activity.what'),
      cell: ({ kind }) => {
        const known = EVENT_KINDS.find((one) => one === kind);
        return known === undefined ? kind : t(KINDS[known]);
      },
    },
    { key: 'on', title: t('activity.on'), cell: (event) => <Subject event={event} /> },
  ];
}

/** The repository, and the tag or the digest in it where there is one. */
function Subject({ event: { repository, tag, digest } }: { readonly event: PastEvent }): ReactNode {
  const slash = repository.indexOf('/');
  const part = tag !== undefined ? `:${tag}` : digest !== undefined ? `@${shortDigest(digest)}` : '';
  return (
    <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
      <TextLink
        to="/projects/$project/repositories/$repository"
        params={{ project: repository.slice(0, slash), repository: repository.slice(slash + 1) }}
      >
        {repository}
      </TextLink>
      {part}
    </Text>
  );
}
