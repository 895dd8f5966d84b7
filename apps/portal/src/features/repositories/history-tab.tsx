import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Combobox.css';
import { Autocomplete, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useProjectRights } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { Digest, shortDigest } from '../../shared/ui/copy.tsx';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { EmptyState } from '../../shared/ui/states.tsx';
import { Age } from '../../shared/ui/values.tsx';
import {
  historyQuery,
  offeredTagsQuery,
  REPOSITORIES_KEY,
  type RepositoryName,
  repositoryQuery,
  rollbackTag,
  type TagMove,
} from './queries.ts';

const ROUTE = '/shell/projects/$project/repositories/$repository/frame/watched/history';

export function HistoryTab(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { tag = '' } = useSearch({ from: ROUTE });
  const state = useListState('');
  const query = useQuery(historyQuery(name, { tag, page: state.page }));
  const columns = useColumns(name);
  const mayPush = useProjectRights(useQuery(repositoryQuery(name)).data?.project_id)('repository:push');
  const image = `${useRegistryHost()}/${name.project}/${name.repository}`;
  return (
    <Stack gap="md">
      <TagField key={tag} name={name} tag={tag} />
      {tag === '' ? (
        <EmptyState title={t('history.choose')} sentence={t('history.chooseHelp')} action={null} command={null} />
      ) : (
        <ListView
          label={t('repository.tab.history')}
          query={query}
          state={state}
          columns={columns}
          rowKey={(move) => move.id}
          empty={{
            title: t('history.none'),
            sentence: t('history.noneHelp'),
            action: (
              <ButtonLink to="/projects/$project/repositories/$repository" params={name}>
                {t('repository.tab.tags')}
              </ButtonLink>
            ),
            command: mayPush ? `docker push ${image}:${tag}` : null,
          }}
        />
      )}
    </Stack>
  );
}

function TagField({ name, tag }: { readonly name: RepositoryName; readonly tag: string }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(tag);
  const [part] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery(offeredTagsQuery(name, part === tag ? '' : part));
  const open = (wanted: string): void =>
    void navigate({
      to: '/projects/$project/repositories/$repository/history',
      params: name,
      search: wanted === '' ? {} : { tag: wanted },
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        open(typed.trim());
      }}
    >
      <Autocomplete
        label={t('history.tag')}
        description={t('history.tagHelp')}
        value={typed}
        onChange={setTyped}
        onOptionSubmit={open}
        data={found.data?.items.map((one) => one.name) ?? []}
        filter={({ options }) => options}
        maxLength={128}
        autoComplete="off"
        maw={420}
      />
    </form>
  );
}

function useColumns(name: RepositoryName): readonly Column<TagMove>[] {
  const { t } = useText();
  return [
    { key: 'time', title: t('history.time'), cell: ({ time }) => <Age at={time} /> },
    { key: 'actor', title: t('history.actor'), cell: ({ actor }) => actor },
    {
      key: 'what',
      title: t('history.what'),
      cell: ({ digest, previous_digest: previous }) =>
        digest === undefined ? (
          <Badge color="red" variant="light" radius="sm" tt="none">
            {t('history.deleted')}
          </Badge>
        ) : (
          <Text size="sm">{t(previous === undefined ? 'history.created' : 'history.moved', { digest: shortDigest(digest) })}</Text>
        ),
    },
    {
      key: 'digest',
      title: t('tags.digest'),
      cell: ({ digest, previous_digest: previous }) => <Digest value={digest ?? previous ?? ''} />,
    },
    { key: 'restore', title: t('history.restore'), quietTitle: true, cell: (move) => <Restore name={name} move={move} /> },
  ];
}

/** Of a deletion: back to what the tag pointed at before. */
function Restore({ name, move }: { readonly name: RepositoryName; readonly move: TagMove }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const project = useQuery(repositoryQuery(name)).data?.project_id;
  const may = useProjectRights(project);
  const [asking, setAsking] = useState(false);
  const digest = move.digest ?? move.previous_digest;
  if (digest === undefined || !may('tag:create')) return null;
  if (!move.available)
    return (
      <Text size="xs" c="dimmed">
        {t('history.gone')}
      </Text>
    );
  const words = { tag: move.tag, digest: shortDigest(digest) };
  const restore = async (): Promise<void> => {
    await rollbackTag(name, move.tag, digest);
    await client.invalidateQueries({ queryKey: REPOSITORIES_KEY });
    notifyDone(t('history.restored', words));
  };
  return (
    <Group>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {t('history.restore')}
      </Button>
      {asking ? (
        <ConfirmDialog
          title={t('history.restoreTitle', words)}
          lost={t('history.restoreLost', words)}
          confirmLabel={t('history.restore')}
          onClose={() => setAsking(false)}
          onConfirm={restore}
        />
      ) : null}
    </Group>
  );
}
