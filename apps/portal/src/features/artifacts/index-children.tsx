import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { platformName } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { Digest } from '../../shared/ui/copy.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import type { Artifact, ArtifactName } from './queries.ts';

type Child = NonNullable<Artifact['references']>[number];

/** Of an index its images: the switch between platforms. */
export function IndexChildren({ name, artifact }: { readonly name: ArtifactName; readonly artifact: Artifact }): ReactNode {
  const { t } = useText();
  if (artifact.references === null) return null;
  const columns: Column<Child>[] = [
    {
      key: 'platform',
      title: t('artifact.platform'),
      cell: ({ platform, child_id: id, child_digest: digest }) => {
        const label = platform === undefined || platform.os === 'unknown' ? t('artifact.otherChild') : platformName(platform);
        if (id === 0) return <Text size="sm">{label}</Text>;
        return (
          <TextLink to="/projects/$project/repositories/$repository/artifacts/$reference" params={{ ...name, reference: digest }} fw={600}>
            {label}
          </TextLink>
        );
      },
    },
    { key: 'digest', title: t('tags.digest'), cell: ({ child_digest: digest }) => <Digest value={digest} /> },
    {
      key: 'missing',
      title: t('artifact.childMissing'),
      quietTitle: true,
      cell: ({ child_id: id }) =>
        id === 0 ? (
          <Text size="xs" c="dimmed">
            {t('artifact.childMissing')}
          </Text>
        ) : null,
    },
  ];
  return (
    <Section title={t('artifact.platforms')}>
      <DataTable label={t('artifact.platforms')} columns={columns} rows={artifact.references} rowKey={(child) => child.child_digest} />
    </Section>
  );
}
