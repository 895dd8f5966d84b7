import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { platformName } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { Fold } from '../../shared/ui/fold.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import type { Artifact, RepositoryName } from './queries.ts';

export interface FoldedPartsProps {
  readonly name: RepositoryName;
  readonly artifact: Artifact;
}

/** Under an index its images, under an artifact its signatures and what else refers to it: folded away, since they are no artifacts of their own to most. */
export function FoldedParts({ name, artifact }: FoldedPartsProps): ReactNode {
  const { t } = useText();
  const [children, referrers] = [artifact.references ?? [], artifact.accessories ?? []];
  return (
    <>
      {children.length === 0 ? null : (
        <Fold summary={t('artifacts.children', { count: children.length })}>
          {children.map(({ child_digest: digest, child_id: id, platform }) => (
            <Part key={digest} name={name} digest={digest} isHere={id !== 0}>
              {platform === undefined || platform.os === 'unknown' ? t('artifacts.otherChild') : platformName(platform)}
            </Part>
          ))}
        </Fold>
      )}
      {referrers.length === 0 ? null : (
        <Fold summary={t('artifacts.referrers', { count: referrers.length })}>
          {referrers.map(({ id, digest, type, size }) => (
            <Part key={id} name={name} digest={digest} isHere>
              {type} · <Bytes value={size} />
            </Part>
          ))}
        </Fold>
      )}
    </>
  );
}

interface PartProps {
  readonly name: RepositoryName;
  readonly digest: string;
  /** Is it stored here? */
  readonly isHere: boolean;
  readonly children: ReactNode;
}

function Part({ name, digest, isHere, children }: PartProps): ReactNode {
  return (
    <Group gap="xs">
      {isHere ? (
        <TextLink
          to="/projects/$project/repositories/$repository/artifacts/$reference"
          params={{ ...name, reference: digest }}
          ff="monospace"
          size="sm"
        >
          {shortDigest(digest)}
        </TextLink>
      ) : (
        <Text size="sm" ff="monospace" c="dimmed">
          {shortDigest(digest)}
        </Text>
      )}
      <Text size="sm" component="span">
        {children}
      </Text>
    </Group>
  );
}
