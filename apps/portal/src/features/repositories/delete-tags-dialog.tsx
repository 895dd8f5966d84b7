import '@mantine/core/styles/Progress.css';
import { Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords } from '../../shared/i18n/refusals.ts';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { deleteTags } from './delete-tags.ts';
import { deleteTag, REPOSITORIES_KEY, type RepositoryName } from './queries.ts';

const NAMED = 10;

export interface DeleteTagsProps {
  readonly name: RepositoryName;
  readonly tags: readonly string[];
  readonly onClose: () => void;
  readonly onDeleted: (tags: readonly string[]) => void;
}

/** Deletes tag by tag and says how far it is; where the server refuses one no other is begun, and what was deleted is said. */
export function DeleteTagsDialog({ name, tags, onClose, onDeleted }: DeleteTagsProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [gone, setGone] = useState(0);
  const [ends] = useState(() => new AbortController());
  const count = tags.length;
  const more = count > NAMED ? ` ${t('tags.andMore', { count: count - NAMED })}` : '';
  const names = `${tags.slice(0, NAMED).join(', ')}${more}`;
  const remove = async (): Promise<void> => {
    const { gone: done, refused } = await deleteTags(tags, (tag) => deleteTag(name, tag), { onGone: setGone, signal: ends.signal });
    onDeleted(done);
    await client.invalidateQueries({ queryKey: REPOSITORIES_KEY });
    if (refused === undefined) notifyDone(t('tags.deleted', { count: done.length }));
    else if (done.length === 0) throw refused;
    else throw new Error(t('tags.partly', { done: done.length, all: count, reason: refusalInWords(t, refused) }), { cause: refused });
  };
  return (
    <ConfirmDialog
      title={t('tags.delete', { count })}
      lost={
        <Stack gap="sm">
          <div>{t('tags.deleteLost', { count, names })}</div>
          {gone === 0 || count <= NAMED ? null : (
            <div>
              <Progress value={(gone / count) * 100} aria-label={t('tags.delete', { count })} />
              <Text size="sm" role="status">
                {t('tags.deletedSoFar', { gone, count })}
              </Text>
            </div>
          )}
        </Stack>
      }
      confirmLabel={t('tags.delete', { count })}
      onClose={() => {
        ends.abort();
        onClose();
      }}
      onConfirm={remove}
    />
  );
}
