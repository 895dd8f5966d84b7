import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { type ArtifactName, manifestQuery } from './queries.ts';

/** The manifest as it was pushed, fetched when it is asked for. */
export function RawManifest({ name }: { readonly name: ArtifactName }): ReactNode {
  const { t } = useText();
  const [shown, setShown] = useState(false);
  return (
    <Section
      title={t('artifact.manifest')}
      actions={
        <Button size="xs" variant="default" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? t('artifact.hide') : t('artifact.show')}
        </Button>
      }
    >
      {shown ? <Text name={name} /> : null}
    </Section>
  );
}

function Text({ name }: { readonly name: ArtifactName }): ReactNode {
  const { t } = useText();
  const query = useQuery(manifestQuery(name));
  if (query.isPending) return <LoadingState rows={4} />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <Command text={query.data} label={t('artifact.manifest')} />;
}
