import { Button, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page } from '../../shared/ui/page.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import { QUOTAS_KEY, type Quota, quotasQuery, setQuota } from './queries.ts';

const GIB = 1024 ** 3;
const UNLIMITED = -1;
/** From here on a project is shown as nearly full. */
const NEARLY_FULL = 85;

export function QuotasPage(): ReactNode {
  const { t } = useText();
  const state = useListState('-used.storage');
  const query = useQuery(quotasQuery(state));
  const columns: Column<Quota>[] = [
    {
      key: 'project',
      title: t('quotas.project'),
      cell: ({ ref }) => (
        <TextLink to="/projects/$project" params={{ project: ref.name }} fw={600}>
          {ref.name}
        </TextLink>
      ),
    },
    { key: 'used', title: t('quotas.used'), cell: (quota) => <Usage quota={quota} /> },
    {
      key: 'limit',
      title: t('quotas.limit'),
      numeric: true,
      cell: (quota) => (limitOf(quota) === UNLIMITED ? t('quotas.unlimited') : <Bytes value={limitOf(quota)} />),
    },
    { key: 'change', title: t('quotas.change'), quietTitle: true, cell: (quota) => <Change quota={quota} /> },
  ];
  return (
    <Page title={t('quotas.title')} intro={t('quotas.intro')}>
      <ListView
        label={t('quotas.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(quota) => quota.id}
        empty={<EmptyState title={t('quotas.none')} />}
      />
    </Page>
  );
}

function limitOf(quota: Quota): number {
  return quota.hard['storage'] ?? UNLIMITED;
}

function Usage({ quota }: { readonly quota: Quota }): ReactNode {
  const { t } = useText();
  const used = quota.used['storage'] ?? 0;
  const limit = limitOf(quota);
  const percent = limit <= 0 ? 0 : Math.min(100, Math.round((used / limit) * 100));
  return (
    <Stack gap={4} maw={260}>
      <Text size="sm">
        <Bytes value={used} />
        {limit <= 0 ? null : ` (${percent} %)`}
      </Text>
      {limit <= 0 ? null : (
        <Progress
          value={percent}
          color={percent >= NEARLY_FULL ? 'red' : 'harbour'}
          aria-label={`${quota.ref.name}: ${t('quotas.used')}`}
        />
      )}
    </Stack>
  );
}

function Change({ quota }: { readonly quota: Quota }): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} aria-label={t('quotas.changeTitle', { name: quota.ref.name })}>
        {t('quotas.change')}
      </Button>
      {open ? <QuotaDialog quota={quota} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function QuotaDialog({ quota, onClose }: { readonly quota: Quota; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const limit = limitOf(quota);
  const [typed, setTyped] = useState(limit === UNLIMITED ? '' : String(Number((limit / GIB).toFixed(3))));
  const gib = Number(typed.replace(',', '.'));
  const wrong = typed.trim() !== '' && !(gib > 0);
  const { name } = quota.ref;
  const save = async (): Promise<void> => {
    await setQuota(quota.id, typed.trim() === '' ? UNLIMITED : Math.max(1, Math.round(gib * GIB)));
    await client.invalidateQueries({ queryKey: QUOTAS_KEY });
    notifyDone(t('quotas.saved', { name }));
  };
  return (
    <FormDialog title={t('quotas.changeTitle', { name })} onClose={onClose} onSubmit={save} submitLabel={t('action.save')} disabled={wrong}>
      <TextInput
        data-autofocus
        inputMode="decimal"
        label={t('quotas.gib')}
        description={t('quotas.gibHelp')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={wrong ? t('quotas.notNumber') : undefined}
        maxLength={16}
      />
    </FormDialog>
  );
}
