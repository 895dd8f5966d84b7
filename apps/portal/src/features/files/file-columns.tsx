import { ActionIcon, Badge, Group, Text } from '@mantine/core';
import { IconDownload, IconFile, IconFolder, IconFolderOff, IconLink, IconPlug } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import { fileUrl, type ImageFile, type ImageName, type LayerState } from './queries.ts';

const KINDS: Readonly<Record<ImageFile['kind'], { readonly text: TextKey; readonly Icon: typeof IconFile }>> = {
  file: { text: 'files.kind.file', Icon: IconFile },
  directory: { text: 'files.kind.directory', Icon: IconFolder },
  symlink: { text: 'files.kind.symlink', Icon: IconLink },
  hardlink: { text: 'files.kind.hardlink', Icon: IconLink },
  device: { text: 'files.kind.device', Icon: IconPlug },
  fifo: { text: 'files.kind.fifo', Icon: IconPlug },
  removed: { text: 'files.kind.removed', Icon: IconFolderOff },
};

interface ColumnsWanted {
  readonly name: ImageName;
  readonly platform: string | undefined;
  readonly layers: readonly LayerState[];
  /** Then the whole path is shown. */
  readonly isSearch: boolean;
}

export function useFileColumns({ name, platform, layers, isSearch }: ColumnsWanted): readonly Column<ImageFile>[] {
  const { t } = useText();
  return [
    { key: 'name', title: t('files.name'), cell: (file) => <FileName {...{ file, name, platform, isSearch }} /> },
    {
      key: 'size',
      title: t('tags.size'),
      numeric: true,
      cell: ({ kind, size }) => (kind === 'file' ? <Bytes value={size} /> : null),
    },
    {
      key: 'mode',
      title: t('files.mode'),
      cell: ({ kind, mode }) =>
        kind === 'removed' ? null : (
          <Text span size="sm" ff="monospace">
            {mode}
          </Text>
        ),
    },
    {
      key: 'layer',
      title: t('files.layer'),
      cell: ({ layer }) => (
        <Text span size="sm" data-tip={shortDigest(layers[layer]?.digest ?? '')}>
          {t('files.layerOf', { number: layer + 1, all: layers.length })}
        </Text>
      ),
    },
    {
      key: 'download',
      title: t('files.download'),
      quietTitle: true,
      corner: true,
      cell: ({ kind, path, name: own }) =>
        kind === 'file' ? (
          <ActionIcon
            component="a"
            href={fileUrl(name, path, platform)}
            download
            variant="subtle"
            color="gray"
            aria-label={t('files.downloadOne', { name: own })}
          >
            <IconDownload size={16} aria-hidden />
          </ActionIcon>
        ) : null,
    },
  ];
}

interface FileNameProps extends Omit<ColumnsWanted, 'layers'> {
  readonly file: ImageFile;
}

function FileName({ file, name, platform, isSearch }: FileNameProps): ReactNode {
  const { t } = useText();
  const { text, Icon } = KINDS[file.kind];
  const shown = isSearch ? file.path : file.name;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      <Icon size={18} role="img" aria-label={t(text)} style={{ flex: 'none' }} />
      <Group gap={8}>
        <Text span size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {file.kind === 'directory' ? (
            <TextLink
              to="/projects/$project/repositories/$repository/artifacts/$reference/files"
              params={name}
              search={{ directory: file.path, ...(platform === undefined ? {} : { platform }) }}
            >
              {shown}
            </TextLink>
          ) : file.kind === 'removed' ? (
            <s>{shown}</s>
          ) : (
            shown
          )}
          {file.target === undefined ? null : ` → ${file.target}`}
        </Text>
        {file.kind === 'removed' ? (
          <Badge variant="default" radius="sm" tt="none">
            {t('files.removed')}
          </Badge>
        ) : null}
      </Group>
    </Group>
  );
}
