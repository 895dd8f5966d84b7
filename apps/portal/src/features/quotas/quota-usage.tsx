import '@mantine/core/styles/Progress.css';
import { Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Bytes } from '../../shared/ui/values.tsx';
import type { Quota } from './queries.ts';

export const UNLIMITED = -1;
/** From here on a project is shown as nearly full. */
const NEARLY_FULL = 85;

/** Bytes; {@link UNLIMITED} for none. */
export function limitOf(quota: Quota): number {
  return quota.hard['storage'] ?? UNLIMITED;
}

export interface QuotaUsageProps {
  /** Of the project. */
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

export function QuotaUsage({ name, used, limit }: QuotaUsageProps): ReactNode {
  const { t } = useText();
  const percent = limit <= 0 ? 0 : Math.min(100, Math.round((used / limit) * 100));
  return (
    <Stack gap={4} maw={260}>
      <Text size="sm">
        <Bytes value={used} />
        {limit <= 0 ? null : ` (${percent} %)`}
      </Text>
      {limit <= 0 ? null : (
        <Progress value={percent} color={percent >= NEARLY_FULL ? 'red' : 'harbour'} aria-label={`${name}: ${t('quotas.used')}`} />
      )}
    </Stack>
  );
}
