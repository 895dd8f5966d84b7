import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import classes from './plot.module.css';

const Chart = lazy(() => import('./chart.tsx').then((module) => ({ default: module.Chart })));

export interface Series {
  readonly name: string;
  /** As many as there are labels. */
  readonly values: readonly (number | undefined)[];
}

export interface PlotProps {
  readonly title: string;
  readonly kind: 'area' | 'bars' | 'lines';
  /** What stands below: days, or names. */
  readonly labels: readonly string[];
  readonly labelTitle: string;
  readonly series: readonly Series[];
  readonly write: (value: number) => string;
  /** Of the query behind it. */
  readonly state: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown; refetch(): unknown };
}

interface Row {
  readonly label: string;
  readonly index: number;
}

/** A drawing, and the same as a table: for who cannot see it, and for who wants the numbers. */
export function Plot({ title, kind, labels, labelTitle, series, write, state }: PlotProps): ReactNode {
  const { t } = useText();
  const [asTable, setAsTable] = useState(false);
  const isEmpty = series.every(({ values }) => values.every((value) => value === undefined || value === 0));
  return (
    <Section
      title={title}
      actions={
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={`${title}: ${t(asTable ? 'trends.asPlot' : 'trends.asTable')}`}
          leftSection={asTable ? <IconChartLine size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          onClick={() => setAsTable(!asTable)}
        >
          {t(asTable ? 'trends.asPlot' : 'trends.asTable')}
        </Button>
      }
    >
      {state.isPending ? (
        <LoadingState rows={4} />
      ) : state.isError ? (
        <ErrorState error={state.error} onRetry={() => void state.refetch()} />
      ) : isEmpty ? (
        <Text c="dimmed">{t('trends.nothing')}</Text>
      ) : asTable ? (
        <div className={classes['table']} tabIndex={0} role="region" aria-label={title}>
          <DataTable
            label={title}
            columns={columnsOf({ labelTitle, series, write })}
            rows={labels.map((label, index): Row => ({ label, index })).reverse()}
            rowKey={({ index }) => index}
          />
        </div>
      ) : (
        <>
          {series.length < 2 ? null : <Legend series={series} />}
          <div role="img" aria-label={t('trends.drawing', { title })}>
            <Suspense fallback={<Skeleton height={220} />}>
              <Chart kind={kind} labels={labels} series={series} write={write} />
            </Suspense>
          </div>
        </>
      )}
    </Section>
  );
}

function Legend({ series }: { readonly series: readonly Series[] }): ReactNode {
  return (
    <Group gap="md" mb="xs" component="ul" className={classes['legend']}>
      {series.map(({ name }, index) => (
        <li key={name}>
          <span className={classes['swatch']} data-colour={(index % 8) + 1} aria-hidden />
          {name}
        </li>
      ))}
    </Group>
  );
}

function columnsOf({ labelTitle, series, write }: Pick<PlotProps, 'labelTitle' | 'series' | 'write'>): readonly Column<Row>[] {
  return [
    { key: 'label', title: labelTitle, cell: ({ label }) => label },
    ...series.map(
      ({ name, values }, number): Column<Row> => ({
        key: `s${number}`,
        title: name,
        numeric: true,
        cell: ({ index }) => {
          const value = values[index];
          return value === undefined ? '–' : write(value);
        },
      }),
    ),
  ];
}
