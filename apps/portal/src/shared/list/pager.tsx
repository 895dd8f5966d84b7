import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';

export interface PagerProps {
  readonly page: number;
  readonly total: number;
  readonly pageSize: number;
  readonly onPage: (page: number) => void;
}

export function Pager({ page, total, pageSize, onPage }: PagerProps): ReactNode {
  const { t } = useText();
  const pages = Math.max(1, Math.ceil(total / pageSize));
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" role="status">
        {t('list.total', { count: total })}
      </Text>
      {pages === 1 && page === 1 ? null : (
        <Group gap="xs" component="nav" aria-label={t('list.pages')}>
          <Button
            variant="default"
            size="xs"
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
            leftSection={<IconChevronLeft size={14} aria-hidden />}
          >
            {t('list.previous')}
          </Button>
          <Text size="sm">{t('list.page', { page, pages })}</Text>
          <Button
            variant="default"
            size="xs"
            disabled={page >= pages}
            onClick={() => onPage(page + 1)}
            rightSection={<IconChevronRight size={14} aria-hidden />}
          >
            {t('list.next')}
          </Button>
        </Group>
      )}
    </Group>
  );
}
