import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { LoadingState } from '../../shared/ui/states.tsx';
import { Age, Bytes } from '../../shared/ui/values.tsx';
import { type GcUse, whyQuery } from './queries.ts';

type Reason = GcUse['reasons'][number];

const REASONS: Readonly<Record<string, TextKey>> = {
  manifest: 'storage.why.manifest',
  index: 'storage.why.index',
  tag: 'storage.why.tag',
  subject: 'storage.why.subject',
  lease: 'storage.why.lease',
  trash: 'storage.why.trash',
  pin: 'storage.why.pin',
  pulled: 'storage.why.pulled',
  untagged: 'storage.why.untagged',
  waiting: 'storage.why.waiting',
  nothing: 'storage.why.nothing',
};

/** "Why is this still here?" The digest that was asked stands in the address. */
export function WhyHere(): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const { digest = '' } = useSearch({ from: '/shell/storage' });
  const [typed, setTyped] = useState(digest);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = typed.trim();
    void navigate({ to: '/storage', search: wanted === '' ? {} : { digest: wanted } });
  };
  return (
    <Section title={t('storage.why')}>
      <Stack gap="md">
        <form onSubmit={ask} noValidate>
          <Group align="flex-end" gap="sm">
            <TextInput
              label={t('storage.digest')}
              description={t('storage.whyHelp')}
              placeholder="sha256:…"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              maxLength={255}
              autoComplete="off"
              spellCheck={false}
              style={{ flex: '1 1 320px' }}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            />
            <Button type="submit" variant="default">
              {t('storage.ask')}
            </Button>
          </Group>
        </form>
        {digest === '' ? null : <Answer digest={digest} />}
      </Stack>
    </Section>
  );
}

function Answer({ digest }: { readonly digest: string }): ReactNode {
  const { t } = useText();
  const { data, error, isPending } = useQuery(whyQuery(digest));
  if (isPending) return <LoadingState rows={2} />;
  if (error instanceof ApiError && error.status === 404)
    return (
      <Alert color="gray" role="status">
        {t('storage.notHere')}
      </Alert>
    );
  if (data === undefined) return <Refusal error={error} />;
  const columns: Column<Reason>[] = [
    {
      key: 'reason',
      title: t('storage.reason'),
      cell: ({ reason, note }) => `${textOf(reason, t)}${note === undefined ? '' : `: ${note}`}`,
    },
    { key: 'repository', title: t('storage.repository'), cell: ({ repository }) => repository ?? '' },
    {
      key: 'by',
      title: t('storage.by'),
      cell: ({ by }) => (
        <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {by ?? ''}
        </Text>
      ),
    },
    { key: 'until', title: t('storage.until'), cell: ({ until }) => (until === undefined ? '' : <Age at={until} />) },
  ];
  const kind = t(data.kind === 'manifest' ? 'storage.kind.manifest' : data.kind === 'blob' ? 'storage.kind.blob' : 'storage.kind.object');
  return (
    <Stack gap="sm" role="status">
      <Text size="sm">
        {kind}, <Bytes value={data.size} />
        {data.exclusive === undefined ? null : (
          <>
            {' '}
            · {t('storage.exclusive')} <Bytes value={data.exclusive} />
          </>
        )}
      </Text>
      {data.quarantined ? <Alert color="red">{t('storage.quarantined')}</Alert> : null}
      <DataTable
        label={t('storage.why')}
        columns={columns}
        rows={data.reasons}
        rowKey={({ reason, repository, by }) => `${reason} ${repository} ${by}`}
      />
    </Stack>
  );
}

function textOf(reason: string, t: ReturnType<typeof useText>['t']): string {
  const key = REASONS[reason];
  return key === undefined ? reason : t(key);
}
