import { NativeSelect } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Translate, useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { DEFAULT_DAYS, RANGES } from './days.ts';
import classes from './plot.module.css';
import { BytesPlot, JobsPlot, ProjectsPlot, ReclaimedPlot, StoragePlot, TopPlot, TrafficPlot } from './plots.tsx';

/** Everything that is counted by day, for administrators. */
export function TrendsPage(): ReactNode {
  const { t } = useText();
  const days = useDays();
  return (
    <Page title={t('nav.trends')} intro={t('trends.intro')} actions={<Range />}>
      <div className={classes['grid']}>
        <StoragePlot days={days} />
        <ProjectsPlot days={days} />
        <TrafficPlot days={days} />
        <BytesPlot days={days} />
        <TopPlot days={days} />
        <ReclaimedPlot days={days} />
        <JobsPlot days={days} />
      </div>
    </Page>
  );
}

/** Below the dashboard, for administrators: the two that are looked at most. */
export function DashboardTrends(): ReactNode {
  const { t } = useText();
  if (!useCurrentUser().sysadmin_flag) return null;
  return (
    <>
      <div className={classes['grid']}>
        <StoragePlot days={DEFAULT_DAYS} />
        <TrafficPlot days={DEFAULT_DAYS} />
      </div>
      <TextLink to="/trends">{t('trends.more')}</TextLink>
    </>
  );
}

/** A tab of a project. */
export function ProjectTrendsTab(): ReactNode {
  const { project } = useParams({ from: '/shell/projects/$project' });
  const days = useDays();
  return (
    <InRange>
      <StoragePlot days={days} project={project} />
      <TrafficPlot days={days} project={project} />
      <BytesPlot days={days} project={project} />
      <TopPlot days={days} project={project} />
    </InRange>
  );
}

/** Below the overview of a project: the two that are looked at most. */
export function ProjectOverviewTrends(): ReactNode {
  const { t } = useText();
  const { project } = useParams({ from: '/shell/projects/$project' });
  const days = useDays();
  return (
    <>
      <InRange>
        <StoragePlot days={days} project={project} />
        <TrafficPlot days={days} project={project} />
      </InRange>
      <TextLink to="/projects/$project/statistics" params={{ project }}>
        {t('trends.more')}
      </TextLink>
    </>
  );
}

/** Plots below the picker of their time. */
function InRange({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <>
      <div style={{ alignSelf: 'flex-end' }}>
        <Range />
      </div>
      <div className={classes['grid']}>{children}</div>
    </>
  );
}

/** Kept in the address. */
function useDays(): number {
  const { days }: { days?: number } = useSearch({ strict: false });
  return days ?? DEFAULT_DAYS;
}

function rangeInWords(t: Translate, days: number): string {
  return days < 365 ? t('trends.days', { count: days }) : t('trends.years', { count: Math.round(days / 365) });
}

function Range(): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  return (
    <NativeSelect
      aria-label={t('trends.range')}
      value={String(useDays())}
      data={RANGES.map((count) => ({ value: String(count), label: rangeInWords(t, count) }))}
      onChange={(event) => {
        const days = Number(event.currentTarget.value);
        void navigate({ to: '.', search: days === DEFAULT_DAYS ? {} : { days } } as never);
      }}
    />
  );
}
