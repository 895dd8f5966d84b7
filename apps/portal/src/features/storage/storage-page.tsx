import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Tile, Tiles } from '../../shared/ui/tiles.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import { Checks } from './checks.tsx';
import { CollectionPolicy } from './collection-policy.tsx';
import { numbersQuery, sizesQuery } from './queries.ts';
import { Runs } from './runs.tsx';
import { WhyHere } from './why-here.tsx';

/** What the storage holds, what can be had back, and how: everything about space in one place. */
export function StoragePage(): ReactNode {
  const { t } = useText();
  return (
    <Page title={t('storage.title')} intro={t('storage.intro')}>
      <Numbers />
      <Runs />
      <CollectionPolicy />
      <WhyHere />
      <Checks />
    </Page>
  );
}

function Numbers(): ReactNode {
  const { t } = useText();
  const sizes = useQuery(sizesQuery);
  const numbers = useQuery(numbersQuery);
  if (sizes.isPending || numbers.isPending) return <LoadingState rows={4} />;
  if (sizes.data === undefined) return <ErrorState error={sizes.error} onRetry={() => void sizes.refetch()} />;
  if (numbers.data === undefined) return <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />;
  const logical = sizes.data.sizes.total_storage_consumption ?? 0;
  const physical = sizes.data.sizes.physical_storage_consumption ?? 0;
  const shared = sizes.data.sizes.shared_storage_consumption ?? 0;
  const pending = sizes.data.sizes.pending_storage_consumption ?? 0;
  const { reclaimable, in_grace: inGrace, in_trash: inTrash, waiting, complete } = numbers.data;
  const { volume } = sizes.data;
  const blobs = ({ blobs: count }: { readonly blobs: number }): string => t('storage.blobs', { count });
  return (
    <>
      {complete ? null : <Alert color="yellow">{t('storage.incomplete')}</Alert>}
      <Tiles>
        <Tile name={t('storage.physical')} value={<Bytes value={physical} />} help={t('storage.physicalHelp')} />
        <Tile name={t('storage.logical')} value={<Bytes value={logical} />} help={t('storage.logicalHelp')} />
        <Tile name={t('storage.shared')} value={<Bytes value={shared} />} help={t('storage.sharedHelp')} />
        <Tile name={t('storage.pending')} value={<Bytes value={pending} />} help={t('storage.pendingHelp')} />
        {volume === undefined ? null : <Tile name={t('storage.free')} value={<Bytes value={volume.free} />} help={t('storage.freeHelp')} />}
        <Tile name={t('storage.reclaimable')} value={<Bytes value={reclaimable.bytes} />} help={blobs(reclaimable)} />
        <Tile name={t('storage.inGrace')} value={<Bytes value={inGrace.bytes} />} help={`${blobs(inGrace)}; ${t('storage.inGraceHelp')}`} />
        <Tile name={t('storage.inTrash')} value={<Bytes value={inTrash.bytes} />} help={`${blobs(inTrash)}; ${t('storage.inTrashHelp')}`} />
        <Tile name={t('storage.waiting')} value={<Bytes value={waiting.bytes} />} help={`${blobs(waiting)}; ${t('storage.waitingHelp')}`} />
      </Tiles>
    </>
  );
}
