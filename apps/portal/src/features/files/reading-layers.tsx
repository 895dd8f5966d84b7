import '@mantine/core/styles/Progress.css';
import { Alert, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { shortDigest } from '../../shared/ui/copy.tsx';
import type { LayerState } from './queries.ts';

const PROBLEMS: Readonly<Record<NonNullable<LayerState['problem']>, TextKey>> = {
  absent: 'files.problem.absent',
  damaged: 'files.problem.damaged',
  'not a tar': 'files.problem.notTar',
  compression: 'files.problem.compression',
  bomb: 'files.problem.bomb',
  'too many': 'files.problem.tooMany',
  path: 'files.problem.path',
  'too long': 'files.problem.tooLong',
};

/** How far the reading of the layers is. */
export function ReadingLayers({ layers }: { readonly layers: readonly LayerState[] }): ReactNode {
  const { t, language } = useText();
  const all = layers.reduce((sum, { size }) => sum + size, 0);
  const read = layers.reduce((sum, layer) => sum + (isDone(layer) ? layer.size : Math.min(layer.read_bytes, layer.size)), 0);
  return (
    <Stack gap={4} role="status">
      <Text size="sm">{t('files.reading', { read: formatBytes(read, language), all: formatBytes(all, language) })}</Text>
      <Progress value={all === 0 ? 0 : Math.floor((read / all) * 100)} aria-label={t('files.progress')} />
    </Stack>
  );
}

/** The layers that cannot be read, each with its reason. */
export function UnreadableLayers({ layers }: { readonly layers: readonly LayerState[] }): ReactNode {
  const { t } = useText();
  const unreadable = layers.filter(({ state }) => state === 'unreadable');
  if (unreadable.length === 0) return null;
  return (
    <Alert color="yellow" title={t('files.unreadable', { count: unreadable.length })}>
      <ul style={{ margin: 0, paddingLeft: 20 }}>
        {unreadable.map(({ digest, problem }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an image may have one layer twice
          <li key={index}>
            <code>{shortDigest(digest)}</code>: {t(PROBLEMS[problem ?? 'damaged'])}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function isDone({ state }: LayerState): boolean {
  return state === 'ready' || state === 'unreadable';
}
