import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import { SegmentedControl, Stack } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { Section } from '../../shared/ui/page.tsx';
import type { Artifact, ArtifactName } from './queries.ts';
import { snippet, TOOLS, type Tool, toolsFor } from './snippets.ts';

/** The command to get this artifact, for the tool that the reader used last. */
export function PullSnippets({ name, artifact }: { readonly name: ArtifactName; readonly artifact: Artifact }): ReactNode {
  const { t } = useText();
  const host = useRegistryHost();
  const tools = toolsFor(artifact.type);
  const [kept, setKept] = useLocalStorage<Tool>({ key: 'berth-tool', defaultValue: 'docker' });
  const tool = tools.includes(kept) ? kept : (tools[0] ?? 'oras');
  const tag = name.reference.includes(':') ? artifact.tags?.[0]?.name : name.reference;
  const [pinned, setPinned] = useState(tag === undefined);
  const image = {
    host,
    repository: `${name.project}/${name.repository}`,
    digest: artifact.digest,
    ...(tag === undefined || pinned ? {} : { tag }),
  };
  return (
    <Section title={t('pull.title')}>
      <Stack gap="sm" align="flex-start">
        <SegmentedControl
          aria-label={t('pull.tool')}
          value={tool}
          onChange={(value) => setKept(value as Tool)}
          data={tools.map((value) => ({ value, label: TOOLS[value] }))}
          maw="100%"
          style={{ overflowX: 'auto' }}
          size="xs"
        />
        {tag === undefined ? null : (
          <SegmentedControl
            aria-label={t('pull.pinned')}
            value={pinned ? 'digest' : 'tag'}
            onChange={(value) => setPinned(value === 'digest')}
            data={[
              { value: 'tag', label: t('pull.byTag') },
              { value: 'digest', label: t('pull.byDigest') },
            ]}
            size="xs"
            maw="100%"
            style={{ overflowX: 'auto' }}
          />
        )}
        <div style={{ width: '100%' }}>
          <Command text={snippet(tool, image)} label={TOOLS[tool]} />
        </div>
      </Stack>
    </Section>
  );
}
