import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PlatformSwitch } from '../../shared/content/platform-switch.tsx';
import { platformName } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import type { ArtifactProps } from './artifact-page.tsx';
import { BuildHistory } from './build-history.tsx';
import { ImageConfig } from './image-config.tsx';
import { type ArtifactName, artifactQuery } from './queries.ts';

/** Of an index what one of its images is made of; which one, the address tells. */
export function PlatformContent({ name, artifact }: ArtifactProps): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const { platform: wanted } = useSearch({ from: '/shell/projects/$project/repositories/$repository/artifacts/$reference' });
  const images = new Map(
    (artifact.references ?? []).flatMap(({ child_id: id, child_digest: digest, platform }) =>
      id === 0 || platform === undefined || platform.os === 'unknown' ? [] : [[platformName(platform), digest] as const],
    ),
  );
  const platform = wanted !== undefined && images.has(wanted) ? wanted : [...images.keys()][0];
  const digest = platform === undefined ? undefined : images.get(platform);
  if (platform === undefined || digest === undefined) return null;
  return (
    <>
      <Section title={t('artifact.ofPlatform')}>
        <PlatformSwitch
          label={t('artifact.platform')}
          value={platform}
          platforms={[...images.keys()]}
          onChange={(value) =>
            void navigate({
              to: '/projects/$project/repositories/$repository/artifacts/$reference',
              params: name,
              search: { platform: value },
              replace: true,
              resetScroll: false,
            })
          }
        />
      </Section>
      <Image key={digest} name={{ ...name, reference: digest }} />
    </>
  );
}

function Image({ name }: { readonly name: ArtifactName }): ReactNode {
  const query = useQuery(artifactQuery(name));
  if (query.isPending) return <LoadingState rows={3} />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <ImageConfig artifact={query.data} />
      {'build_history' in query.data.addition_links ? <BuildHistory name={name} /> : null}
    </>
  );
}
