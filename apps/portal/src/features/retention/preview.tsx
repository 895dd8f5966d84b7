import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { LoadingState } from '../../shared/ui/states.tsx';
import { DecisionTable } from './decision-table.tsx';
import type { PolicyDraft } from './policy-draft.ts';
import { previewQuery } from './queries.ts';

const AFTER_MS = 300;
const MOST_ROWS = 50;

/** What the draft would do now, while it is being written. */
export function Preview({ projectId, draft }: { readonly projectId: number; readonly draft: PolicyDraft }): ReactNode {
  const { t } = useText();
  const [settled] = useDebouncedValue(draft, AFTER_MS);
  const { data, error, isPending } = useQuery(previewQuery(projectId, { ...settled, cron: '' }));
  if (isPending) return <LoadingState rows={2} />;
  if (data === undefined) return <Refusal error={error} />;
  const repositories = data.repositories;
  const total = repositories.reduce((sum, one) => sum + one.total, 0);
  const gone = total - repositories.reduce((sum, one) => sum + one.retained, 0);
  return (
    <Section title={t('retention.preview')}>
      <Stack gap="sm">
        <Text role="status">{gone === 0 ? t('retention.previewNothing', { total }) : t('retention.previewCount', { gone, total })}</Text>
        {data.truncated ? <Alert color="gray">{t('retention.previewTruncated')}</Alert> : null}
        {repositories
          .filter(({ decisions, retained, total: all }) => decisions.length > 0 && retained < all)
          .map(({ repository, decisions }) => (
            <Stack key={repository} gap={4}>
              <Text fw={600} size="sm" ff="monospace">
                {repository}
              </Text>
              <DecisionTable label={repository} decisions={decisions.slice(0, MOST_ROWS)} />
            </Stack>
          ))}
      </Stack>
    </Section>
  );
}
