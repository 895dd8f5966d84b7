import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import classes from './build-history.module.css';
import { dockerfileLine } from './dockerfile-line.ts';
import { type ArtifactName, buildHistoryQuery, type HistoryStep } from './queries.ts';

/** The steps that made an image, as the lines of the Dockerfile that they were. */
export function BuildHistory({ name }: { readonly name: ArtifactName }): ReactNode {
  const { t } = useText();
  const query = useQuery(buildHistoryQuery(name));
  return (
    <Section title={t('artifact.history')}>
      {query.isPending ? (
        <LoadingState rows={3} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <Text c="dimmed">{t('artifact.historyNone')}</Text>
      ) : (
        <Steps steps={query.data} />
      )}
    </Section>
  );
}

function Steps({ steps }: { readonly steps: readonly HistoryStep[] }): ReactNode {
  const { t } = useText();
  return (
    <ol className={classes['steps']}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity than their place
        <li key={index}>
          <code>{dockerfileLine(step.created_by ?? step.comment ?? '')}</code>
          {step.empty_layer === true ? (
            <Badge variant="default" size="sm" radius="sm" tt="none" fw={500}>
              {t('artifact.stepEmpty')}
            </Badge>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
