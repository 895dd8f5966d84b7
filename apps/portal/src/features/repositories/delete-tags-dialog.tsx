import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { deleteTag, REPOSITORIES_KEY, type RepositoryName } from './queries.ts';

const NAMED = 10;

export interface DeleteTagsProps {
  readonly name: RepositoryName;
  readonly tags: readonly string[];
  readonly onClose: () => void;
  readonly onDeleted: (tags: readonly string[]) => void;
}

/** Deletes one after the other; where the server refuses one, those before it stay deleted and that is said. */
export function DeleteTagsDialog({ name, tags, onClose, onDeleted }: DeleteTagsProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const count = tags.length;
  const more = count > NAMED ? ` ${t('tags.andMore', { count: count - NAMED })}` : '';
  const names = `${tags.slice(0, NAMED).join(', ')}${more}`;
  const remove = async (): Promise<void> => {
    const done: string[] = [];
    try {
      for (const tag of tags) {
        await deleteTag(name, tag);
        done.push(tag);
      }
    } catch (error) {
      if (done.length === 0) throw error;
      throw new Error(t('tags.partly', { done: done.length, all: count, reason: (error as Error).message }), { cause: error });
    } finally {
      onDeleted(done);
      await client.invalidateQueries({ queryKey: REPOSITORIES_KEY });
    }
    notifyDone(t('tags.deleted', { count }));
  };
  return (
    <ConfirmDialog
      title={t('tags.delete', { count })}
      lost={t('tags.deleteLost', { count, names })}
      confirmLabel={t('tags.delete', { count })}
      onClose={onClose}
      onConfirm={remove}
    />
  );
}
