import { Badge, Button, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { type CertificateStatus, type IssuedCertificate, issuedQuery } from './queries.ts';
import { REASONS, RevokeDialog } from './revoke-dialog.tsx';
import { Names } from './served-section.tsx';
import { Until } from './until.tsx';

const NAMES_SHOWN = 4;

interface IssuedListProps {
  readonly status: CertificateStatus;
  /** Opens the dialog for another one; undefined where none can be issued here. */
  readonly onIssue: (() => void) | undefined;
}

/** What the CA issued, from its ledger. */
export function IssuedList({ status, onIssue }: IssuedListProps): ReactNode {
  const { t } = useText();
  // The fingerprint of the certificate that this server uses.
  const served = status.chain[0]?.sha256;
  const state = useListState('');
  const query = useQuery(issuedQuery(state));
  const [revoking, setRevoking] = useState<IssuedCertificate>();
  const columns: Column<IssuedCertificate>[] = [
    {
      key: 'name',
      title: t('certificates.names'),
      cell: ({ name, names, sha256 }) => (
        <Stack gap={4}>
          <Names names={names.length === 0 ? [name === '' ? t('certificates.unnamed') : name] : names.slice(0, NAMES_SHOWN)} />
          {names.length > NAMES_SHOWN ? (
            <Text size="xs" c="dimmed" title={names.join('\n')}>
              {t('certificates.more', { count: names.length - NAMES_SHOWN })}
            </Text>
          ) : null}
          {sha256 !== undefined && sha256 === served ? (
            <Badge color="blue" variant="light" radius="sm" tt="none">
              {t('certificates.inUse')}
            </Badge>
          ) : null}
        </Stack>
      ),
    },
    {
      key: 'serial',
      title: t('certificates.serial'),
      cell: ({ serial }) => <Code style={{ overflowWrap: 'anywhere' }}>{serial}</Code>,
    },
    { key: 'issued', title: t('certificates.issued'), cell: ({ issue_time: at }) => (at === undefined ? '' : <Age at={at} />) },
    { key: 'until', title: t('certificates.until'), cell: ({ not_after: at }) => (at === undefined ? '' : <Until at={at} />) },
    {
      key: 'state',
      title: t('certificates.state'),
      cell: (certificate) => <State certificate={certificate} onRevoke={() => setRevoking(certificate)} />,
    },
  ];
  return (
    <Section title={t('certificates.list')}>
      <ListView
        label={t('certificates.list')}
        query={query}
        state={state}
        columns={columns}
        rowKey={({ serial }) => serial}
        filterLabel={t('certificates.filter')}
        empty={{
          title: t('certificates.none'),
          sentence: t('certificates.noneHelp'),
          action: onIssue === undefined ? null : <Button onClick={onIssue}>{t('certificates.issue')}</Button>,
          command: `berth cert server ${status.host.replace(/:\d+$/, '')} --dir ${status.ca_directory}`,
        }}
      />
      {revoking === undefined ? null : (
        <RevokeDialog certificate={revoking} isServed={revoking.sha256 === served} onClose={() => setRevoking(undefined)} />
      )}
    </Section>
  );
}

function State({ certificate, onRevoke }: { readonly certificate: IssuedCertificate; readonly onRevoke: () => void }): ReactNode {
  const { t } = useText();
  const { revocation_time: at, revocation_reason: reason, name, serial } = certificate;
  if (at === undefined)
    return (
      <Button
        size="xs"
        variant="default"
        onClick={onRevoke}
        aria-label={t('certificates.revokeNamed', { name: name === '' ? serial : name })}
      >
        {t('certificates.revoke')}
      </Button>
    );
  return (
    <Stack gap={2}>
      <Badge color="red" variant="light" radius="sm" tt="none">
        {t('certificates.revoked')}
      </Badge>
      <Text size="xs" c="dimmed">
        <Age at={at} />
        {reason === undefined || reason === 'unspecified' ? null : ` · ${t(REASONS[reason])}`}
      </Text>
    </Stack>
  );
}
