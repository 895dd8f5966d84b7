import '@mantine/core/styles/List.css';
import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState } from '../../shared/ui/states.tsx';
import { Count } from '../../shared/ui/values.tsx';
import { type AuditVerdict, verdictQuery } from './queries.ts';

/** Whether the log is what it was: each sealed record against its seal, each seal against the one before. */
export function ChainState(): ReactNode {
  const { t } = useText();
  const { data, error, isFetching, refetch } = useQuery(verdictQuery);
  return (
    <Section title={t('audit.chain')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('audit.chainHelp')}</Text>
        <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
          {t('audit.check')}
        </Button>
        {error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />}
        {data === undefined || error !== null ? null : <Verdict verdict={data} />}
      </Stack>
    </Section>
  );
}

function Verdict({
  verdict: { ok, problem_sentences: problems, seals, records, unsealed, head },
}: {
  readonly verdict: AuditVerdict;
}): ReactNode {
  const { t } = useText();
  return (
    <Stack gap="sm" w="100%">
      <Alert color={ok ? 'teal' : 'red'} role={ok ? 'status' : 'alert'} title={t(ok ? 'audit.chainWhole' : 'audit.chainBroken')}>
        {ok ? null : (
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={problem.message}>{sentenceInWords(t, problem)}</List.Item>
            ))}
          </List>
        )}
      </Alert>
      <FactList
        facts={[
          { name: t('audit.records'), value: <Count value={records} /> },
          { name: t('audit.seals'), value: <Count value={seals} /> },
          { name: t('audit.unsealed'), value: <Count value={unsealed} /> },
          { name: t('audit.head'), value: head, code: true },
        ]}
      />
    </Stack>
  );
}
