import { Alert, Badge, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Translate, useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { componentName } from '../../shared/session/component-names.ts';
import { healthQuery } from '../../shared/session/health.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { systemInfoQuery } from '../../shared/session/system-info.ts';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Age } from '../../shared/ui/values.tsx';

interface Component {
  readonly name: string;
  readonly status: 'healthy' | 'unhealthy';
  readonly error?: string | undefined;
  readonly code?: string | undefined;
}

export function HealthPage(): ReactNode {
  const { t } = useText();
  return (
    <Page title={t('health.title')} intro={t('health.intro')}>
      <Components />
      <Installation />
    </Page>
  );
}

/** The server says no more in public than the kind of trouble; its log has the rest. */
function reasonOf(t: Translate, { error, code }: Component): string {
  if (error === undefined) return '';
  return code === undefined ? t('health.notWorking') : t('health.notWorkingCode', { code });
}

function Components(): ReactNode {
  const { t } = useText();
  const query = useQuery(healthQuery);
  if (query.isPending) return <LoadingState rows={3} />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const well = query.data.status === 'healthy';
  const columns: Column<Component>[] = [
    { key: 'name', title: t('health.component'), cell: ({ name }) => <strong>{componentName(t, name)}</strong> },
    {
      key: 'state',
      title: t('health.state'),
      cell: ({ status }) => (
        <Badge color={status === 'healthy' ? 'teal' : 'red'} variant="light" radius="sm" tt="none">
          {status === 'healthy' ? t('health.healthy') : t('health.unhealthy')}
        </Badge>
      ),
    },
    { key: 'reason', title: t('health.reason'), cell: (component) => reasonOf(t, component) },
  ];
  return (
    <Stack gap="sm">
      {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
      <Alert color={well ? 'teal' : 'red'} role="status">
        {well ? t('health.allWell') : t('health.someSick')}
      </Alert>
      <DataTable label={t('health.title')} columns={columns} rows={query.data.components} rowKey={({ name }) => name} />
    </Stack>
  );
}

function Installation(): ReactNode {
  const { t } = useText();
  const { sysadmin_flag: isAdmin } = useCurrentUser();
  const { data: info } = useQuery(systemInfoQuery);
  if (info === undefined) return null;
  const { certificate } = info;
  return (
    <>
      <Section title={t('health.installation')}>
        <FactList
          facts={[
            { name: t('health.version'), value: info.harbor_version ?? '' },
            { name: t('health.externalUrl'), value: info.external_url ?? '', code: true },
            { name: t('health.storage'), value: info.registry_storage_provider_name ?? '' },
          ]}
        />
      </Section>
      <Section title={t('health.certificate')}>
        {certificate === undefined ? (
          t('health.noTls')
        ) : (
          <Stack gap="sm">
            {certificate.warnings.length === 0 ? null : (
              <Alert color="yellow">
                {t('health.certificateWarned')}{' '}
                {isAdmin ? (
                  <TextLink to="/certificates" c="inherit" underline="always">
                    {t('nav.certificates')}
                  </TextLink>
                ) : null}
              </Alert>
            )}
            <FactList
              facts={[
                { name: t('health.certificateNames'), value: certificate.names.join(', ') },
                { name: t('health.certificateUntil'), value: <Age at={certificate.not_after} /> },
                { name: t('health.certificateFingerprint'), value: certificate.sha256, code: true },
              ]}
            />
          </Stack>
        )}
      </Section>
    </>
  );
}
