import { Alert, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatInstant } from '../../shared/format/time.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { healthQuery } from '../../shared/session/health.ts';
import { systemInfoQuery } from '../../shared/session/system-info.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { fullQuotasQuery } from './queries.ts';

interface Warning {
  readonly sentence: string;
  readonly isGrave: boolean;
  readonly about: 'health' | 'certificates' | 'quotas';
}

/** What an administrator must look at, with the pages that tell more; nothing when all is well. */
export function Warnings(): ReactNode {
  const { t } = useText();
  const warnings = [...useSickness(), ...useCertificate(), ...useQuotas()];
  if (warnings.length === 0) return null;
  const about = new Set(warnings.map((warning) => warning.about));
  return (
    <Alert color={warnings.some(({ isGrave }) => isGrave) ? 'red' : 'yellow'} title={t('dashboard.warnings')} role="alert">
      <Stack gap={4}>
        {warnings.map(({ sentence }) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
        <Group gap="md">
          {[...about].map((page) => (
            <TextLink key={page} to={`/${page}`} size="sm" c="inherit" underline="always">
              {t(`nav.${page}`)}
            </TextLink>
          ))}
        </Group>
      </Stack>
    </Alert>
  );
}

function useSickness(): Warning[] {
  const { t } = useText();
  const components = useQuery(healthQuery).data?.components ?? [];
  return components
    .filter(({ status }) => status === 'unhealthy')
    .map(({ name, error }) => ({ sentence: t('dashboard.sick', { name, reason: error ?? '' }), isGrave: true, about: 'health' }));
}

const BY_DATE = new Set(['expires-soon', 'expired']);

function useCertificate(): Warning[] {
  const { t, language } = useText();
  const certificate = useQuery(systemInfoQuery).data?.certificate;
  if (certificate === undefined || certificate.warnings.length === 0) return [];
  const codes = certificate.warnings.map(({ code }) => code);
  const date = formatInstant(Date.parse(certificate.not_after), language);
  return [
    ...(codes.some((code) => BY_DATE.has(code))
      ? [{ sentence: t('dashboard.certificateEnds', { date }), isGrave: codes.includes('expired'), about: 'certificates' as const }]
      : []),
    ...(codes.some((code) => !BY_DATE.has(code))
      ? [{ sentence: t('dashboard.certificateWrong'), isGrave: false, about: 'certificates' as const }]
      : []),
  ];
}

/** From here on the server tells a warning too. */
const NEARLY_FULL = 0.85;

function useQuotas(): Warning[] {
  const { t } = useText();
  const quotas = useQuery(fullQuotasQuery).data?.items ?? [];
  return quotas.flatMap(({ ref, hard, used }) => {
    const [limit = -1, held = 0] = [hard['storage'], used['storage']];
    if (limit <= 0 || held < limit * NEARLY_FULL) return [];
    const percent = Math.floor((held / limit) * 100);
    return [{ sentence: t('dashboard.quotaFull', { name: ref.name, percent }), isGrave: percent >= 100, about: 'quotas' }];
  });
}
