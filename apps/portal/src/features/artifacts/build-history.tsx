import { Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { CopyIcon, shortDigest } from '../../shared/ui/copy.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import classes from './build-history.module.css';
import { dockerfileLine } from './dockerfile-line.ts';
import { type ArtifactName, type BuiltLayer, layersQuery } from './queries.ts';

/** The steps that made an image, as the lines of the Dockerfile that they were, each with the layer it left. */
export function BuildHistory({ name }: { readonly name: ArtifactName }): ReactNode {
  const { t } = useText();
  const query = useQuery(layersQuery(name));
  return (
    <Section
      title={t('artifact.history')}
      actions={
        query.data === undefined || query.data.length === 0 ? null : (
          <CopyIcon value={dockerfile(query.data)} label={t('artifact.copyDockerfile')} />
        )
      }
    >
      {query.isPending ? (
        <LoadingState rows={3} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <Text c="dimmed">{t('artifact.historyNone')}</Text>
      ) : (
        <ol className={classes['steps']}>
          {query.data.map((layer, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity than their place
            <li key={index}>
              <code>{layer.command === undefined ? t('artifact.stepUnknown') : dockerfileLine(layer.command)}</code>
              <LayerFacts layer={layer} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** What is known of it: whoever builds from it has to name the base himself. */
function dockerfile(layers: readonly BuiltLayer[]): string {
  return layers.flatMap(({ command }) => (command === undefined ? [] : [dockerfileLine(command)])).join('\n');
}

function LayerFacts({ layer }: { readonly layer: BuiltLayer }): ReactNode {
  const { t } = useText();
  if (layer.digest === undefined) {
    return (
      <Text size="xs" c="dimmed">
        {t('artifact.stepEmpty')}
      </Text>
    );
  }
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed" ff="monospace">
        {shortDigest(layer.digest)}
      </Text>
      {layer.size === undefined ? null : (
        <Text size="xs" c="dimmed">
          <Bytes value={layer.size} />
        </Text>
      )}
      {layer.repositories === undefined || layer.repositories < 2 ? null : (
        <Badge variant="light" size="sm" radius="sm" tt="none">
          {t('artifact.shared', { count: layer.repositories })}
        </Badge>
      )}
    </Group>
  );
}
