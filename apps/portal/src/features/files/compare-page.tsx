import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCrumbs } from '../../shared/content/crumbs.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { ChangedFiles } from './changed-files.tsx';
import { ComparedConfig, ComparedLayers, ComparedSizes } from './compared-parts.tsx';
import { comparisonQuery, type ImageName } from './queries.ts';

const ROUTE = '/shell/projects/$project/repositories/$repository/compare';

/** What differs between two images; both are in the address. */
export function ComparePage(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { from = '', to = '' } = useSearch({ from: ROUTE });
  return (
    <Page title={t('compare.title')} crumbs={useCrumbs(name)}>
      <Chosen key={`${from}\n${to}`} from={from} to={to} />
      {from === '' || to === '' ? (
        <EmptyState title={t('compare.choose')} />
      ) : (
        <Differences from={{ project: name.project, repository: name.repository, reference: from }} to={to} />
      )}
    </Page>
  );
}

interface ChosenProps {
  readonly from: string;
  readonly to: string;
}

function Chosen(chosen: ChosenProps): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const [from, setFrom] = useState(chosen.from);
  const [to, setTo] = useState(chosen.to);
  const compare = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({ to: '.', search: { from: from.trim(), to: to.trim() } } as never);
  };
  const field = { maxLength: 512, required: true, withAsterisk: false, style: { flex: '1 1 260px' } };
  return (
    <form onSubmit={compare}>
      <Group gap="sm" align="flex-end">
        <TextInput
          {...field}
          label={t('compare.from')}
          description={t('compare.fromHelp')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          {...field}
          label={t('compare.to')}
          description={t('compare.help')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit">{t('compare.go')}</Button>
      </Group>
    </form>
  );
}

interface DifferencesProps {
  readonly from: ImageName;
  readonly to: string;
}

function Differences({ from, to }: DifferencesProps): ReactNode {
  const query = useQuery(comparisonQuery(from, to));
  if (query.isPending) return <LoadingState />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const words = { from: shownName(from.reference), to: shownName(to) };
  return (
    <Stack gap="lg">
      {query.data.from.platform === undefined ? null : (
        <Text size="sm" c="dimmed">
          {query.data.from.platform}
        </Text>
      )}
      <ComparedSizes comparison={query.data} words={words} />
      <ComparedLayers comparison={query.data} words={words} />
      <ComparedConfig comparison={query.data} words={words} />
      <ChangedFiles from={from} to={to} />
    </Stack>
  );
}

/** A digest is shortened; anything else is as it was typed. */
function shownName(reference: string): string {
  return /^sha\d+:/.test(reference) ? shortDigest(reference) : reference;
}
