import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCrumbs } from '../../shared/content/crumbs.tsx';
import { PlatformSwitch } from '../../shared/content/platform-switch.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { ChangedFiles } from './changed-files.tsx';
import { chosenPlatform, commonPlatforms } from './common-platforms.ts';
import { ComparedConfig, ComparedLayers, ComparedSizes } from './compared-parts.tsx';
import { type Compared, comparisonQuery, type ImageName, otherImage, sideQuery } from './queries.ts';

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
        <EmptyState title={t('compare.choose')} sentence={t('compare.chooseHelp')} action={null} command={null} />
      ) : (
        <Platforms key={`${from}\n${to}`} from={{ project: name.project, repository: name.repository, reference: from }} to={to} />
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
    void navigate({ to: '.', search: (old: object) => ({ ...old, from: from.trim(), to: to.trim() }) } as never);
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

interface PlatformsProps {
  readonly from: ImageName;
  readonly to: string;
}

/** Where either side is an index: for which platform, which the address tells. A side that is not there is told by the comparison. */
function Platforms({ from, to }: PlatformsProps): ReactNode {
  const { t } = useText();
  const { platform: wanted } = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const [left, right] = useQueries({ queries: [sideQuery(from), sideQuery(otherImage(from, to))] });
  if (left.isPending || right.isPending) return <LoadingState />;
  if (left.data === undefined || right.data === undefined) return <Differences from={from} to={to} platform={wanted} />;
  const platforms = commonPlatforms(left.data, right.data);
  const platform = chosenPlatform(left.data, right.data, wanted);
  return (
    <Stack gap="lg">
      {platform === undefined ? null : platforms.length < 2 ? (
        <Text size="sm" c="dimmed">
          {platform}
        </Text>
      ) : (
        <PlatformSwitch
          label={t('artifact.platform')}
          value={platform}
          platforms={platforms}
          onChange={(value) =>
            void navigate({
              to: '.',
              search: (old: object) => ({ ...old, platform: value }),
              replace: true,
              resetScroll: false,
            } as never)
          }
        />
      )}
      <Differences from={from} to={to} platform={platform} />
    </Stack>
  );
}

function Differences(compared: Compared): ReactNode {
  const { from, to } = compared;
  const query = useQuery(comparisonQuery(compared));
  if (query.isPending) return <LoadingState />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const words = { from: shownName(from.reference), to: shownName(to) };
  return (
    <Stack gap="lg">
      <ComparedSizes comparison={query.data} words={words} />
      <ComparedLayers comparison={query.data} words={words} />
      <ComparedConfig comparison={query.data} words={words} />
      <ChangedFiles {...compared} />
    </Stack>
  );
}

/** A digest is shortened; anything else is as it was typed. */
function shownName(reference: string): string {
  return /^sha\d+:/.test(reference) ? shortDigest(reference) : reference;
}
