import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';

export interface MoreRowsProps {
  /** What `useInfiniteQuery` answers. */
  readonly query: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };
  readonly shown: number;
}

/** Fetches the next part of a long list, where there is one. */
export function MoreRows({ query, shown }: MoreRowsProps): ReactNode {
  const { t } = useText();
  if (!query.hasNextPage) return null;
  return (
    <Group>
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('files.more')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('files.shown', { count: shown })}
      </Text>
    </Group>
  );
}
