import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { apiUrl } from '../../shared/api/fetcher.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { systemInfoQuery } from '../../shared/session/system-info.ts';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import type { CertificateFacts } from './queries.ts';
import { Until } from './until.tsx';

/** The CA of this server: what it is, and how clients come to trust it. */
export function CaSection({ authority }: { readonly authority: CertificateFacts | undefined }): ReactNode {
  const { t } = useText();
  const isOffered = useQuery(systemInfoQuery).data?.has_ca_root === true;
  if (authority === undefined && !isOffered) return null;
  return (
    <Section title={t('certificates.authority')}>
      <Stack gap="sm">
        {authority === undefined ? null : (
          <FactList
            facts={[
              { name: t('certificates.subject'), value: authority.subject, code: true },
              { name: t('certificates.until'), value: <Until at={authority.not_after} /> },
              { name: t('certificates.key'), value: authority.key },
              { name: t('certificates.fingerprint'), value: authority.sha256, code: true },
            ]}
          />
        )}
        {isOffered ? (
          <>
            <Text size="sm">{t('certificates.trust')}</Text>
            <Group gap="sm">
              <ButtonLink to="/connect" variant="default">
                {t('nav.connect')}
              </ButtonLink>
              <Button
                component="a"
                variant="default"
                href={apiUrl('/systeminfo/getcert')}
                download="ca.crt"
                leftSection={<IconDownload size={16} aria-hidden />}
              >
                ca.crt (PEM)
              </Button>
              <Button
                component="a"
                variant="default"
                href={apiUrl('/systeminfo/getcert', { format: 'der' })}
                download="ca.cer"
                leftSection={<IconDownload size={16} aria-hidden />}
              >
                ca.cer (DER)
              </Button>
            </Group>
          </>
        ) : null}
      </Stack>
    </Section>
  );
}
