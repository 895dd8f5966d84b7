import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import { type Quota, quotasQuery } from './queries.ts';
import { ChangeQuota } from './change-quota.tsx';
import { limitOf, QuotaUsage, UNLIMITED } from './quota-usage.tsx';

export function QuotasPage(): ReactNode {
  const { t } = useText();
  const state = useListState('-used.storage');
  const query = useQuery(quotasQuery(state));
  const apiCommand = useApiCommand();
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
    {
      key: 'used',
      title: t('quotas.used'),
      cell: (quota) => <QuotaUsage name={quota.ref.name} used={quota.used['storage'] ?? 0} limit={limitOf(quota)} />,
    },
    {
      key: 'limit',
      title: t('quotas.limit'),
      numeric: true,
      cell: (quota) => (limitOf(quota) === UNLIMITED ? t('quotas.unlimited') : <Bytes value={limitOf(quota)} />),
    },
    { key: 'change', title: t('quotas.change'), quietTitle: true, cell: (quota) => <ChangeQuota quota={quota} /> },
  ];
  return (
    <Page title={t('quotas.title')} intro={t('quotas.intro')}>
      <ListView
        label={t('quotas.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(quota) => quota.id}
        empty={{
          title: t('quotas.none'),
          sentence: t('quotas.noneHelp'),
          action: <ButtonLink to="/projects">{t('nav.projects')}</ButtonLink>,
          command: apiCommand('POST', '/projects', { project_name: 'demo' }),
        }}
      />
    </Page>
  );
}
