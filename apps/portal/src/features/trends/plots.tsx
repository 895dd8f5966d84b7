import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { counted, daysUntil, held } from './days.ts';
import { Plot } from './plot.tsx';
import { type Counted, dailyQuery, jobsQuery, projectsQuery, topQuery } from './queries.ts';

export interface PlotOf {
  readonly days: number;
  /** By name; undefined: the whole registry. */
  readonly project?: string | undefined;
}

interface Writers {
  readonly bytes: (value: number) => string;
  readonly count: (value: number) => string;
  readonly seconds: (value: number) => string;
}

function useWriters(): Writers {
  const { t, language } = useText();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return {
    bytes: (value) => formatBytes(value, language),
    count: (value) => number.format(value),
    seconds: (value) => t('trends.seconds', { value: number.format(value) }),
  };
}

/** What is held: of the registry logical against physical, of a project what it holds. */
export function StoragePlot({ days, project }: PlotOf): ReactNode {
  const { t } = useText();
  const write = useWriters();
  const query = useQuery(dailyQuery(days, project));
  const labels = daysUntil(days);
  const rows = query.data ?? [];
  const logical = { name: t('trends.logical'), values: held(labels, rows, (row) => row.logical) };
  const physical = { name: t('trends.physical'), values: held(labels, rows, (row) => row.physical) };
  return (
    <Plot
      title={t('trends.storage')}
      kind="area"
      labels={labels}
      labelTitle={t('trends.day')}
      series={project === undefined ? [logical, physical] : [logical]}
      write={write.bytes}
      state={query}
    />
  );
}

export function TrafficPlot({ days, project }: PlotOf): ReactNode {
  const { t } = useText();
  return <CountPlot {...{ days, project }} title={t('trends.traffic')} names={{ pulls: t('trends.pulls'), pushes: t('trends.pushes') }} />;
}

export function BytesPlot({ days, project }: PlotOf): ReactNode {
  const { t } = useText();
  const names = { pulled_bytes: t('trends.delivered'), pushed_bytes: t('trends.received') };
  return <CountPlot {...{ days, project }} title={t('trends.bytes')} names={names} isBytes />;
}

export function ReclaimedPlot({ days }: PlotOf): ReactNode {
  const { t } = useText();
  return <CountPlot days={days} title={t('trends.reclaimed')} names={{ reclaimed: t('trends.reclaimed') }} isBytes />;
}

interface CountPlotProps extends PlotOf {
  readonly title: string;
  readonly names: Partial<Readonly<Record<Counted | 'reclaimed', string>>>;
  readonly isBytes?: boolean;
}

function CountPlot({ days, project, title, names, isBytes = false }: CountPlotProps): ReactNode {
  const { t } = useText();
  const write = useWriters();
  const query = useQuery(dailyQuery(days, project));
  const labels = daysUntil(days);
  const keys = Object.keys(names) as (Counted | 'reclaimed')[];
  return (
    <Plot
      title={title}
      kind="bars"
      labels={labels}
      labelTitle={t('trends.day')}
      series={keys.map((key) => ({ name: names[key] ?? key, values: counted(labels, query.data ?? [], (row) => row[key]) }))}
      write={isBytes ? write.bytes : write.count}
      state={query}
    />
  );
}

export function TopPlot({ days, project }: PlotOf): ReactNode {
  const { t } = useText();
  const write = useWriters();
  const query = useQuery(topQuery('pulls', days, project));
  const rows = query.data ?? [];
  return (
    <Plot
      title={t('trends.top')}
      kind="bars"
      labels={rows.map(({ name }) => name)}
      labelTitle={t('trends.repository')}
      series={[{ name: t('trends.pulls'), values: rows.map(({ value }) => value) }]}
      write={write.count}
      state={query}
    />
  );
}

export function ProjectsPlot({ days }: PlotOf): ReactNode {
  const { t } = useText();
  const write = useWriters();
  const query = useQuery(projectsQuery(days));
  const labels = daysUntil(days);
  return (
    <Plot
      title={t('trends.projects')}
      kind="lines"
      labels={labels}
      labelTitle={t('trends.day')}
      series={(query.data ?? []).map(({ name, days: rows }) => ({ name, values: held(labels, rows, ({ value }) => value) }))}
      write={write.bytes}
      state={query}
    />
  );
}

/** The jobs that took longest. */
const MAX_JOBS = 6;

export function JobsPlot({ days }: PlotOf): ReactNode {
  const { t } = useText();
  const write = useWriters();
  const query = useQuery(jobsQuery(days));
  const labels = daysUntil(days);
  const totals = new Map<string, number>();
  for (const { job, seconds } of query.data ?? []) totals.set(job, (totals.get(job) ?? 0) + seconds);
  const names = [...totals].sort(([, a], [, b]) => b - a).slice(0, MAX_JOBS);
  return (
    <Plot
      title={t('trends.jobs')}
      kind="lines"
      labels={labels}
      labelTitle={t('trends.day')}
      series={names.map(([name]) => {
        const rows = (query.data ?? []).filter(({ job }) => job === name);
        return { name, values: counted(labels, rows, ({ seconds, runs }) => (runs === 0 ? 0 : seconds / runs)) };
      })}
      write={write.seconds}
      state={query}
    />
  );
}
