import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useOpenProject } from '../../shared/session/project.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Bytes, Count } from '../../shared/ui/values.tsx';
import { ChangeQuota } from './change-quota.tsx';
import { projectNumbersQuery, projectQuotaQuery } from './queries.ts';
import { QuotaUsage, UNLIMITED } from './quota-usage.tsx';

/** What a project holds and may hold; system administrators change the limit. */
export function ProjectQuotaTab(): ReactNode {
  const { t } = useText();
  const { project_id: id, name } = useOpenProject();
  const { sysadmin_flag: mayChange } = useCurrentUser();
  const query = useQuery(projectNumbersQuery(id));
  const quota = useQuery({ ...projectQuotaQuery(id), enabled: mayChange }).data;
  if (query.isPending) return <LoadingState rows={3} />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const used = query.data.quota?.used['storage'] ?? 0;
  const limit = query.data.quota?.hard['storage'] ?? UNLIMITED;
  return (
    <Section title={t('quota.tab')} actions={quota === null || quota === undefined ? null : <ChangeQuota quota={quota} />}>
      <Text size="sm" c="dimmed" mb="sm">
        {t('quotas.help')}
      </Text>
      <FactList
        facts={[
          { name: t('quotas.used'), value: <QuotaUsage name={name} used={used} limit={limit} /> },
          { name: t('quotas.limit'), value: limit === UNLIMITED ? t('quotas.unlimited') : <Bytes value={limit} /> },
          { name: t('project.tab.repositories'), value: <Count value={query.data.repo_count} /> },
        ]}
      />
    </Section>
  );
}
