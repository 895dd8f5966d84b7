import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Count } from '../../shared/ui/values.tsx';
import classes from './numbers.module.css';
import { statisticQuery, volumesQuery } from './queries.ts';

/** What there is, and what storing each layer once saves. */
export function Numbers({ isAdmin }: { readonly isAdmin: boolean }): ReactNode {
  const { t } = useText();
  const query = useQuery(statisticQuery);
  if (query.isPending) return <LoadingState rows={3} />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { data } = query;
  const projects = data.total_project_count ?? data.private_project_count + data.public_project_count;
  const repositories = data.total_repo_count ?? data.private_repo_count + data.public_repo_count;
  const help = isAdmin ? undefined : t('dashboard.visible');
  return (
    <dl className={classes['grid']}>
      <Tile name={t('dashboard.projects')} value={<Count value={projects} />} help={help} />
      <Tile name={t('dashboard.repositories')} value={<Count value={repositories} />} help={help} />
      <Storage logical={data.total_storage_consumption} physical={data.physical_storage_consumption} />
      {isAdmin ? <Free /> : null}
    </dl>
  );
}

function Storage({ logical, physical }: { readonly logical: number | undefined; readonly physical: number | undefined }): ReactNode {
  const { t, language } = useText();
  if (logical === undefined || physical === undefined) return null;
  const saved = Math.max(0, logical - physical);
  const percent = logical === 0 ? 0 : Math.round((saved / logical) * 100);
  return (
    <>
      <Tile name={t('dashboard.logical')} value={formatBytes(logical, language)} help={t('dashboard.logicalHelp')} />
      <Tile name={t('dashboard.physical')} value={formatBytes(physical, language)} help={t('dashboard.physicalHelp')} />
      <Tile name={t('dashboard.saved')} value={formatBytes(saved, language)} help={t('dashboard.savedHelp', { percent })} />
    </>
  );
}

function Free(): ReactNode {
  const { t, language } = useText();
  const volume = useQuery(volumesQuery).data?.storage[0];
  if (volume === undefined) return null;
  const total = formatBytes(volume.total, language);
  return <Tile name={t('dashboard.free')} value={formatBytes(volume.free, language)} help={t('dashboard.freeHelp', { total })} />;
}

function Tile({ name, value, help }: { readonly name: string; readonly value: ReactNode; readonly help?: string | undefined }): ReactNode {
  return (
    <div className={classes['tile']}>
      <dt>{name}</dt>
      <dd className={classes['value']}>{value}</dd>
      {help === undefined ? null : <dd className={classes['help']}>{help}</dd>}
    </div>
  );
}
