import type { statistic } from '@berth/api-contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { formatBytes } from '../../shared/format/bytes.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Tile, Tiles } from '../../shared/ui/tiles.tsx';
import { Count } from '../../shared/ui/values.tsx';
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
    <Tiles>
      <Tile name={t('dashboard.projects')} value={<Count value={projects} />} help={help} to="/projects" />
      <Tile name={t('dashboard.repositories')} value={<Count value={repositories} />} help={help} />
      <Storage sizes={data} />
      {isAdmin ? <Free /> : null}
    </Tiles>
  );
}

function Storage({ sizes }: { readonly sizes: z.output<typeof statistic> }): ReactNode {
  const { t, language } = useText();
  const { total_storage_consumption: logical, physical_storage_consumption: physical, shared_storage_consumption: saved } = sizes;
  if (logical === undefined || physical === undefined || saved === undefined) return null;
  const percent = logical === 0 ? 0 : Math.round((saved / logical) * 100);
  return (
    <>
      <Tile name={t('dashboard.logical')} value={formatBytes(logical, language)} help={t('dashboard.logicalHelp')} to="/quotas" />
      <Tile name={t('dashboard.physical')} value={formatBytes(physical, language)} help={t('dashboard.physicalHelp')} to="/storage" />
      <Tile name={t('dashboard.saved')} value={formatBytes(saved, language)} help={t('dashboard.savedHelp', { percent })} to="/storage" />
    </>
  );
}

function Free(): ReactNode {
  const { t, language } = useText();
  const volume = useQuery(volumesQuery).data?.storage[0];
  if (volume === undefined) return null;
  const total = formatBytes(volume.total, language);
  return (
    <Tile name={t('dashboard.free')} value={formatBytes(volume.free, language)} help={t('dashboard.freeHelp', { total })} to="/storage" />
  );
}
