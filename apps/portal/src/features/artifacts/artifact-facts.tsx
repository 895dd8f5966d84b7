import type { ReactNode } from 'react';
import { Platforms } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { Digest } from '../../shared/ui/copy.tsx';
import { type Fact, FactList } from '../../shared/ui/fact-list.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { Age, Bytes, Count } from '../../shared/ui/values.tsx';
import { ArtifactLabels } from './artifact-labels.tsx';
import type { ArtifactProps } from './artifact-page.tsx';
import { PinFact } from './pin.tsx';

export function ArtifactFacts({ name, artifact }: ArtifactProps): ReactNode {
  const { t } = useText();
  const { created, author } = artifact.extra_attrs;
  const facts: (Fact | undefined)[] = [
    { name: t('tags.digest'), value: <Digest value={artifact.digest} /> },
    { name: t('artifacts.tags'), value: artifact.tags?.map((tag) => tag.name).join(', ') ?? t('artifacts.untagged') },
    artifact.platforms.length === 0 ? undefined : { name: t('tags.platforms'), value: <Platforms platforms={artifact.platforms} /> },
    { name: t('artifact.marks'), value: <ArtifactLabels name={name} artifact={artifact} /> },
    artifact.pin === undefined ? undefined : { name: t('artifacts.pinned'), value: <PinFact pin={artifact.pin} /> },
    { name: t('artifact.size'), value: <Bytes value={artifact.size} /> },
    { name: t('tags.pushed'), value: <Age at={artifact.push_time} /> },
    { name: t('tags.pulled'), value: <Age at={artifact.pull_time} /> },
    { name: t('artifact.pulls'), value: <Count value={artifact.pull_count} /> },
    typeof created === 'string' ? { name: t('artifact.created'), value: <Age at={created} /> } : undefined,
    typeof author === 'string' && author !== '' ? { name: t('artifact.author'), value: author } : undefined,
    { name: t('artifact.mediaType'), value: artifact.manifest_media_type, code: true },
    artifact.artifact_type === artifact.manifest_media_type
      ? undefined
      : { name: t('artifact.artifactType'), value: artifact.artifact_type, code: true },
  ];
  return (
    <Section title={t('artifact.facts')}>
      <FactList facts={facts.filter((fact) => fact !== undefined)} />
    </Section>
  );
}
