import { Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { shortDigest } from '../../shared/ui/copy.tsx';
import type { RetentionDecision } from './queries.ts';
import { OUTCOMES, reasonInWords } from './reason-words.ts';

export interface DecisionTableProps {
  readonly label: string;
  readonly decisions: readonly RetentionDecision[];
}

/** What stays, what goes, and why. */
export function DecisionTable({ label, decisions }: DecisionTableProps): ReactNode {
  const { t } = useText();
  const columns: Column<RetentionDecision>[] = [
    {
      key: 'artifact',
      title: t('retention.artifact'),
      cell: ({ digest, tags }) => (
        <div>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {tags.join(', ')}
          </Text>
          <Text size="xs" ff="monospace" c="dimmed" title={digest}>
            {shortDigest(digest)}
          </Text>
        </div>
      ),
    },
    {
      key: 'decision',
      title: t('retention.decision'),
      cell: ({ action }) => (
        <Badge color={action === 'retain' ? 'teal' : 'orange'} variant="light" radius="sm" tt="none">
          {t(action === 'retain' ? 'retention.stays' : 'retention.goes')}
        </Badge>
      ),
    },
    { key: 'because', title: t('retention.because'), cell: ({ reason, because }) => reasonInWords(t, reason) ?? because },
  ];
  if (decisions.some(({ outcome_code: code }) => code !== undefined))
    columns.push({
      key: 'outcome',
      title: t('retention.outcome'),
      cell: ({ outcome_code: code }) => (code === undefined ? '' : t(OUTCOMES[code])),
    });
  return <DataTable label={label} columns={columns} rows={decisions} rowKey={({ digest }) => digest} />;
}
