import type { ReactNode } from 'react';
import { TabLinks } from '../ui/tab-links.tsx';

export interface ArtifactTabsProps {
  readonly name: { readonly project: string; readonly repository: string; readonly reference: string };
  /** Of an index, the image that is looked at; undefined: whichever comes first. */
  readonly platform: string | undefined;
  readonly label: string;
  readonly overview: string;
  readonly files: string;
}

/** The parts of an image's page. */
export function ArtifactTabs({ name, platform, label, overview, files }: ArtifactTabsProps): ReactNode {
  const search = platform === undefined ? {} : { platform };
  return (
    <TabLinks
      label={label}
      tabs={[
        { label: overview, link: { to: '/projects/$project/repositories/$repository/artifacts/$reference', params: name, search } },
        { label: files, link: { to: '/projects/$project/repositories/$repository/artifacts/$reference/files', params: name, search } },
      ]}
    />
  );
}
