import { Badge, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatInstant } from '../../shared/format/time.ts';
import { useText } from '../../shared/i18n/i18n.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** When a certificate ends, with the days that are left; coloured from thirty days before. */
export function Until({ at }: { readonly at: string }): ReactNode {
  const { t, language } = useText();
  const end = Date.parse(at);
  const left = Math.floor((end - Date.now()) / DAY_MS);
  const over = end <= Date.now();
  return (
    <Group gap={6} display="inline-flex">
      <time dateTime={at}>{formatInstant(end, language)}</time>
      <Badge color={over ? 'red' : left < SOON_DAYS ? 'yellow' : 'teal'} variant="light" radius="sm" tt="none">
        {over ? t('certificates.over') : t('certificates.daysLeft', { count: left })}
      </Badge>
    </Group>
  );
}
