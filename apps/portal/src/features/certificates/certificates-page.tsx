import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { CaSection } from './ca-section.tsx';
import { IssueDialog } from './issue-dialog.tsx';
import { IssuedFiles } from './issued-files.tsx';
import { IssuedList } from './issued-list.tsx';
import { type CertificateStatus, type NewCertificate, statusQuery } from './queries.ts';
import { ServedSection } from './served-section.tsx';

/** What is served, the CA that clients trust, and what it issued. */
export function CertificatesPage(): ReactNode {
  const { t } = useText();
  const query = useQuery(statusQuery);
  const [issuing, setIssuing] = useState(false);
  const [issued, setIssued] = useState<{ readonly result: NewCertificate; readonly name: string }>();
  const status = query.data;
  const mayIssue = status !== undefined && status.authority.problem === undefined;
  return (
    <Page
      title={t('certificates.title')}
      intro={t('certificates.intro')}
      actions={
        mayIssue ? (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setIssuing(true)}>
            {t('certificates.issue')}
          </Button>
        ) : null
      }
    >
      {query.isPending ? (
        <LoadingState />
      ) : status === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <ServedSection status={status} />
          <CaSection authority={status.authority.certificate} />
          {mayIssue ? null : <CannotIssue status={status} />}
          {status.authority.certificate === undefined ? null : (
            <IssuedList status={status} onIssue={mayIssue ? () => setIssuing(true) : undefined} />
          )}
        </>
      )}
      {issuing ? <IssueDialog onClose={() => setIssuing(false)} onIssued={(result, name) => setIssued({ result, name })} /> : null}
      {issued === undefined ? null : <IssuedFiles {...issued} onClose={() => setIssued(undefined)} />}
    </Page>
  );
}

/** Says which command issues instead. */
function CannotIssue({ status }: { readonly status: CertificateStatus }): ReactNode {
  const { t } = useText();
  const { source, ca_directory: directory, authority } = status;
  const name = status.host.replace(/:\d+$/, '');
  const locked = authority.certificate !== undefined;
  return (
    <Section title={t('certificates.issue')}>
      <Stack gap="sm">
        <Text size="sm">{t(locked ? 'certificates.locked' : 'certificates.noAuthority')}</Text>
        {locked ? <Alert color="gray">{sentenceInWords(t, { ...authority, message: authority.problem ?? '' })}</Alert> : null}
        <Command text={locked ? `berth cert server ${name} --dir ${directory}` : `berth cert ca --dir ${directory}`} />
        {source === 'files' && !locked ? (
          <>
            <Text size="sm">{t('certificates.elsewhere')}</Text>
            <Command text={`berth cert csr ${name}`} />
          </>
        ) : null}
      </Stack>
    </Section>
  );
}
