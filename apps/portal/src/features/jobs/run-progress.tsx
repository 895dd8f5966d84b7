import '@mantine/core/styles/Progress.css';
import { Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatDuration } from '../../shared/format/duration.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { phaseInWords } from './names.ts';
import { progressOf } from './progress.ts';
import type { WorkRun } from './queries.ts';

/** How far a run is: phase, things, bytes, rate, time left. */
export function RunProgress({ run }: { readonly run: WorkRun }): ReactNode {
  const { t, language } = useText();
  const phase = phaseInWords(t, run.phase);
  const { percent, secondsLeft, bytesPerSecond } = progressOf(run, Date.now());
  const words = [
    run.total === undefined ? t('jobs.done', { done: run.done }) : t('jobs.doneOf', { done: run.done, total: run.total }),
    ...(run.bytes > 0 ? [formatBytes(run.bytes, language)] : []),
    ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond, language)}/s`]),
    ...(secondsLeft === undefined ? [] : [t('jobs.left', { time: formatDuration(secondsLeft, language) })]),
  ];
  return (
    <Stack gap={4} miw={160}>
      {phase === '' ? null : <Text size="sm">{phase}</Text>}
      {percent === undefined ? null : <Progress value={percent} aria-label={phase === '' ? t('jobs.progress') : phase} />}
      <Text size="xs" c="dimmed">
        {words.join(' · ')}
      </Text>
    </Stack>
  );
}
