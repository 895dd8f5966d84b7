import { Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { ArtifactProps } from './artifact-page.tsx';
import { archiveUrl } from './queries.ts';

const IMAGE = 'IMAGE';

/** Entries of a menu: the artifact as one file that docker load takes; of an index all of it, or one platform. The browser shows how far it is. */
export function Downloads({ name, artifact }: ArtifactProps): ReactNode {
  const { t } = useText();
  const platforms = artifact.type === IMAGE && artifact.platforms.length > 1 ? artifact.platforms : [];
  const words = platforms.map(({ os, architecture, variant }) =>
    [os, architecture, variant].filter((word) => word !== undefined).join('/'),
  );
  return (
    <>
      <Menu.Item component="a" href={archiveUrl(name)} download leftSection={<IconDownload size={16} aria-hidden />}>
        {t('artifact.download')}
      </Menu.Item>
      {[...new Set(words)].map((platform) => (
        <Menu.Item
          key={platform}
          component="a"
          href={archiveUrl(name, platform)}
          download
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('artifact.downloadPlatform', { platform })}
        </Menu.Item>
      ))}
    </>
  );
}
