import { Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { Digest } from '../../shared/ui/copy.tsx';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import type { Comparison } from './queries.ts';

export interface ComparedProps {
  readonly comparison: Comparison;
  /** How the two are called on the page. */
  readonly words: { readonly from: string; readonly to: string };
}

export function ComparedSizes({ comparison: { from, to }, words }: ComparedProps): ReactNode {
  const { t, language } = useText();
  const more = to.size - from.size;
  const sign = more === 0 ? '' : more > 0 ? '+' : '−';
  return (
    <Section title={t('compare.sizes')}>
      <FactList
        facts={[
          { name: t('compare.from'), value: `${formatBytes(from.size, language)} (${words.from})` },
          { name: t('compare.to'), value: `${formatBytes(to.size, language)} (${words.to})` },
          { name: t('compare.difference'), value: `${sign}${formatBytes(Math.abs(more), language)}` },
        ]}
      />
    </Section>
  );
}

type Layer = Comparison['layers'][number] & { readonly place: number };

export function ComparedLayers({ comparison, words }: ComparedProps): ReactNode {
  const { t } = useText();
  const rows = comparison.layers.map((layer, place) => ({ ...layer, place }));
  const where = {
    both: t('compare.in.both'),
    from: t('compare.in.from', { name: words.from }),
    to: t('compare.in.to', { name: words.to }),
  };
  const columns: Column<Layer>[] = [
    { key: 'digest', title: t('tags.digest'), cell: ({ digest }) => <Digest value={digest} /> },
    { key: 'size', title: t('tags.size'), numeric: true, cell: ({ size }) => <Bytes value={size} /> },
    {
      key: 'where',
      title: t('compare.where'),
      cell: ({ in: side }) => (
        <Badge variant={side === 'both' ? 'default' : 'light'} radius="sm" tt="none">
          {where[side]}
        </Badge>
      ),
    },
  ];
  return (
    <Section title={t('compare.layers')}>
      <DataTable label={t('compare.layers')} columns={columns} rows={rows} rowKey={({ place }) => place} />
    </Section>
  );
}

type Change = Comparison['config'][number];

export function ComparedConfig({ comparison: { config }, words }: ComparedProps): ReactNode {
  const { t } = useText();
  const columns: Column<Change>[] = [
    {
      key: 'field',
      title: t('compare.field'),
      cell: ({ field, name }) => (
        <>
          {t(`compare.field.${field}`)}
          {name === undefined ? null : (
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
          )}
        </>
      ),
    },
    { key: 'from', title: words.from, cell: ({ from }) => <Value value={from} /> },
    { key: 'to', title: words.to, cell: ({ to }) => <Value value={to} /> },
  ];
  return (
    <Section title={t('compare.config')}>
      {config.length === 0 ? (
        <Text c="dimmed">{t('compare.configSame')}</Text>
      ) : (
        <DataTable
          label={t('compare.config')}
          columns={columns}
          rows={config}
          rowKey={({ field, name }) => (name === undefined ? field : `${field} ${name}`)}
        />
      )}
    </Section>
  );
}

function Value({ value }: { readonly value: string | undefined }): ReactNode {
  const { t } = useText();
  if (value === undefined)
    return (
      <Text span size="sm" c="dimmed">
        {t('compare.unset')}
      </Text>
    );
  return (
    <Text span size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
      {value}
    </Text>
  );
}
