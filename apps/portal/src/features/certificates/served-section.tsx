import { Alert, Badge, Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatInstant } from '../../shared/format/time.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import type { CertificateFacts, CertificateStatus } from './queries.ts';
import { Until } from './until.tsx';
import { repairOf, warningInWords } from './warning-words.ts';

const SOURCES: Readonly<Record<CertificateStatus['source'], TextKey>> = {
  auto: 'certificates.source.auto',
  files: 'certificates.source.files',
  none: 'certificates.source.none',
};

/** The certificate that clients meet, and what they would hold against it. */
export function ServedSection({ status }: { readonly status: CertificateStatus }): ReactNode {
  const { t } = useText();
  const [leaf, ...above] = status.chain;
  if (status.source === 'none') return <WithoutTls />;
  return (
    <Section title={t('certificates.served')}>
      <Stack gap="sm">
        <Warnings status={status} />
        {leaf === undefined ? null : <Verdict status={status} />}
        <FactList
          facts={[
            { name: t('certificates.source'), value: t(SOURCES[status.source]) },
            { name: t('certificates.file'), value: status.file ?? '', code: true },
            ...(leaf === undefined ? [] : leafFacts(leaf, t)),
            ...(above.length === 0 ? [] : [{ name: t('certificates.chain'), value: <Chain certificates={above} /> }]),
          ]}
        />
      </Stack>
    </Section>
  );
}

function leafFacts(leaf: CertificateFacts, t: ReturnType<typeof useText>['t']) {
  return [
    { name: t('certificates.subject'), value: leaf.subject, code: true },
    { name: t('certificates.names'), value: <Names names={leaf.names} /> },
    { name: t('certificates.issuer'), value: leaf.issuer, code: true },
    { name: t('certificates.from'), value: <Instant at={leaf.not_before} /> },
    { name: t('certificates.until'), value: <Until at={leaf.not_after} /> },
    { name: t('certificates.key'), value: leaf.key },
    { name: t('certificates.serial'), value: leaf.serial, code: true },
    { name: t('certificates.fingerprint'), value: leaf.sha256, code: true },
  ];
}

function Instant({ at }: { readonly at: string }): ReactNode {
  const { language } = useText();
  return <time dateTime={at}>{formatInstant(Date.parse(at), language)}</time>;
}

/** Names as they stand in the certificate, each a word of its own. */
export function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  return (
    <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
      {names.map((name) => (
        <Code key={name} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Code>
      ))}
    </span>
  );
}

function Chain({ certificates }: { readonly certificates: readonly CertificateFacts[] }): ReactNode {
  const { t } = useText();
  return (
    <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
      {certificates.map((one) => (
        <li key={one.sha256}>
          <Code style={{ overflowWrap: 'anywhere' }}>{one.subject}</Code> {one.self_signed ? t('certificates.root') : null}{' '}
          <Until at={one.not_after} />
        </li>
      ))}
    </Stack>
  );
}

function WithoutTls(): ReactNode {
  const { t } = useText();
  return (
    <Section title={t('certificates.served')}>
      <Stack gap="sm">
        <Alert color="yellow" title={t('certificates.noTls')}>
          {t('certificates.noTlsHelp')}
        </Alert>
        <Command text="berth serve --tls auto" />
      </Stack>
    </Section>
  );
}

function Warnings({ status }: { readonly status: CertificateStatus }): ReactNode {
  const { t, language } = useText();
  return status.warnings.map((warning) => {
    const repair = repairOf(warning.code, status);
    return (
      <Alert key={warning.code} color={warning.code === 'expires-soon' ? 'yellow' : 'red'} role="alert">
        <Stack gap="xs">
          <Text size="sm">{warningInWords(t, warning, { ...status, language })}</Text>
          {repair === undefined ? null : repair === 'restart' ? (
            <Text size="sm">{t('certificates.restart')}</Text>
          ) : (
            <Command text={repair} />
          )}
        </Stack>
      </Alert>
    );
  });
}

const CLIENTS: Readonly<Record<CertificateStatus['refusals'][number]['client'], string>> = {
  docker: 'docker, podman, containerd',
  browser: 'Chrome, Edge',
  apple: 'Safari, macOS',
};

/** In the words that the clients print, so that people find them. */
function Verdict({ status }: { readonly status: CertificateStatus }): ReactNode {
  const { t } = useText();
  const { host, refusals } = status;
  if (refusals.length === 0)
    return (
      <Alert color="teal" role="status">
        {t('certificates.accepted', { host })}{' '}
        <TextLink to="/connect" c="inherit" underline="always">
          {t('nav.connect')}
        </TextLink>
      </Alert>
    );
  return (
    <Alert color="red" title={t('certificates.refused', { host })}>
      <Stack gap={6}>
        {refusals.map(({ client, message }) => (
          <div key={client + message}>
            <Badge variant="light" color="gray" radius="sm" tt="none" mb={2}>
              {CLIENTS[client]}
            </Badge>
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {message}
            </Text>
          </div>
        ))}
      </Stack>
    </Alert>
  );
}
