import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Age, Bytes } from '../../shared/ui/values.tsx';
import { purge, restore, type TrashEntry, type TrashOf, trashQuery } from './queries.ts';

export interface TrashListProps {
  readonly of: TrashOf;
  readonly mayRestore: boolean;
  readonly mayPurge: boolean;
}

/** What was deleted and can come back. */
export function TrashList({ of, mayRestore, mayPurge }: TrashListProps): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(trashQuery(of, state));
  const columns: Column<TrashEntry>[] = [
    {
      key: 'kind',
      title: t('trash.kind'),
      cell: ({ kind }) => (
        <Badge variant="default" radius="sm" tt="none" fw={500}>
          {t(`trash.kind.${kind}`)}
        </Badge>
      ),
    },
    {
      key: 'name',
      title: t('trash.name'),
      cell: (entry) => (
        <Text size="sm" fw={600}>
          {entryName(entry)}
        </Text>
      ),
    },
    { key: 'size', title: t('tags.size'), numeric: true, cell: ({ size }) => <Bytes value={size} /> },
    { key: 'by', title: t('trash.by'), cell: ({ deleted_by: by }) => by },
    { key: 'when', title: t('trash.when'), cell: ({ deletion_time: at }) => <Age at={at} /> },
    { key: 'expires', title: t('trash.expires'), cell: ({ expiry_time: at }) => <Age at={at} /> },
    {
      key: 'actions',
      title: t('trash.restore'),
      quietTitle: true,
      cell: (entry) => <Actions of={of} mayRestore={mayRestore} mayPurge={mayPurge} entry={entry} />,
    },
  ];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('trash.intro')}
      </Text>
      <ListView
        label={t('trash.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(entry) => entry.id}
        filterLabel={t('trash.filter')}
        // Nothing needs to be done about it.
        empty={{ title: t('trash.none'), sentence: t('trash.noneHelp'), action: null, command: null }}
      />
    </Stack>
  );
}

/** `team/app:v1`, `team/app@0123456789ab`, `team/app`. */
function entryName({ name, tag, digest, kind }: TrashEntry): string {
  if (tag !== undefined) return `${name}:${tag}`;
  return kind === 'artifact' && digest !== undefined ? `${name}@${shortDigest(digest)}` : name;
}

function Actions({ of, mayRestore, mayPurge, entry }: TrashListProps & { readonly entry: TrashEntry }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const name = entryName(entry);
  const back = useMutation({
    mutationFn: () => restore(of, entry.id),
    onSuccess: async () => {
      notifyDone(t('trash.restored', { name }));
      await client.invalidateQueries();
    },
  });
  const remove = async (): Promise<void> => {
    await purge(of, entry.id);
    await client.invalidateQueries();
    notifyDone(t('trash.purged', { name }));
  };
  return (
    <Stack gap={4}>
      <Group gap="xs" wrap="nowrap">
        {mayRestore ? (
          <Button size="xs" variant="default" loading={back.isPending} onClick={() => back.mutate()}>
            {t('trash.restore')}
          </Button>
        ) : null}
        {mayPurge ? (
          <Button size="xs" variant="subtle" color="red" onClick={() => setAsking(true)}>
            {t('trash.purge')}
          </Button>
        ) : null}
      </Group>
      <Refusal error={back.error} />
      {asking ? (
        <ConfirmDialog
          title={t('trash.purgeTitle', { name })}
          lost={t('trash.purgeLost')}
          confirmLabel={t('trash.purge')}
          onClose={() => setAsking(false)}
          onConfirm={remove}
        />
      ) : null}
    </Stack>
  );
}
