import { Button, Group, Paper, Text } from '@mantine/core';
import { IconArrowsDiff, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { DESTRUCTIVE } from '../../shared/ui/theme.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { DeleteTagsDialog } from './delete-tags-dialog.tsx';
import { MAX_SELECTED, matchingTags, type RepositoryName } from './queries.ts';

export interface SelectionBarProps {
  readonly name: RepositoryName;
  readonly filter: string;
  /** Tags that match the filter, on all pages. */
  readonly matching: number;
  readonly selected: ReadonlySet<string>;
  readonly mayDelete: boolean;
  readonly onSelect: (names: ReadonlySet<string>) => void;
}

/** What can be done with the selected tags, and the way to select all that match. */
export function SelectionBar({ name, filter, matching, selected, mayDelete, onSelect }: SelectionBarProps): ReactNode {
  const { t } = useText();
  const [deleting, setDeleting] = useState(false);
  const all = useMutation({ mutationFn: () => matchingTags(name, filter), onSuccess: (names) => onSelect(new Set(names)) });
  const [from, to] = [...selected].sort();
  const keep = (deleted: readonly string[]): void => {
    const rest = new Set(selected);
    for (const tag of deleted) rest.delete(tag);
    onSelect(rest);
  };
  return (
    <Paper withBorder p="xs" role="region" aria-label={t('list.selected', { count: selected.size })}>
      <Group gap="sm">
        <Text size="sm" fw={600} role="status">
          {t('list.selected', { count: selected.size })}
        </Text>
        {mayDelete && matching > selected.size && matching <= MAX_SELECTED ? (
          <Button size="xs" variant="default" loading={all.isPending} onClick={() => all.mutate()}>
            {t('tags.selectMatching', { count: matching })}
          </Button>
        ) : null}
        <Button size="xs" variant="default" onClick={() => onSelect(new Set())}>
          {t('tags.deselect')}
        </Button>
        {selected.size !== 2 || from === undefined || to === undefined ? null : (
          <ButtonLink
            size="xs"
            variant="default"
            leftSection={<IconArrowsDiff size={14} aria-hidden />}
            to="/projects/$project/repositories/$repository/compare"
            params={name}
            search={{ from, to }}
          >
            {t('tags.compare')}
          </ButtonLink>
        )}
        {mayDelete ? (
          <Button size="xs" color={DESTRUCTIVE} leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setDeleting(true)}>
            {t('tags.delete', { count: selected.size })}
          </Button>
        ) : null}
      </Group>
      <Refusal error={all.error} />
      {deleting ? <DeleteTagsDialog name={name} tags={[...selected]} onClose={() => setDeleting(false)} onDeleted={keep} /> : null}
    </Paper>
  );
}
