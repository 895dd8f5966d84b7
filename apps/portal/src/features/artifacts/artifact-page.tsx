import { ActionIcon, Badge, Group, Menu, Stack } from '@mantine/core';
import { IconArrowsDiff, IconCopyPlus, IconDots, IconPin, IconPinnedOff, IconTag, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ArtifactTabs } from '../../shared/content/artifact-tabs.tsx';
import { useCrumbs } from '../../shared/content/crumbs.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Accessories } from './accessories.tsx';
import { AddTagDialog } from './add-tag-dialog.tsx';
import { ArtifactFacts } from './artifact-facts.tsx';
import { CopyDialog } from './copy-dialog.tsx';
import { Downloads } from './downloads.tsx';
import { BuildHistory } from './build-history.tsx';
import { ImageConfig } from './image-config.tsx';
import { IndexChildren } from './index-children.tsx';
import { type Artifact, type ArtifactName, artifactQuery, deleteArtifact, REPOSITORIES_KEY, unpinArtifact } from './queries.ts';
import { PinDialog } from './pin.tsx';
import { RawManifest } from './raw-manifest.tsx';
import { PlatformContent } from './platform-content.tsx';
import { PullSnippets } from './pull-snippets.tsx';

export function ArtifactPage(): ReactNode {
  const name = useParams({ from: '/shell/projects/$project/repositories/$repository/artifacts/$reference' });
  const query = useQuery(artifactQuery(name));
  const isDigest = name.reference.includes(':');
  return (
    <Page
      title={isDigest ? shortDigest(name.reference) : name.reference}
      beside={
        query.data === undefined ? null : (
          <Badge variant="default" radius="sm">
            {query.data.type}
          </Badge>
        )
      }
      crumbs={useCrumbs(name)}
      actions={query.data === undefined ? null : <ArtifactMenu name={name} artifact={query.data} />}
    >
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Content name={name} artifact={query.data} />
      )}
    </Page>
  );
}

export interface ArtifactProps {
  readonly name: ArtifactName;
  readonly artifact: Artifact;
}

function Content({ name, artifact }: ArtifactProps): ReactNode {
  const { t } = useText();
  const { platform } = useSearch({ from: '/shell/projects/$project/repositories/$repository/artifacts/$reference' });
  return (
    <Stack gap="lg">
      {artifact.type === 'IMAGE' ? (
        <ArtifactTabs
          name={name}
          platform={platform}
          label={t('artifact.tabs')}
          overview={t('artifact.tab.overview')}
          files={t('artifact.tab.files')}
        />
      ) : null}
      <PullSnippets name={name} artifact={artifact} />
      <ArtifactFacts name={name} artifact={artifact} />
      <IndexChildren name={name} artifact={artifact} />
      <PlatformContent name={name} artifact={artifact} />
      <ImageConfig artifact={artifact} />
      {'build_history' in artifact.addition_links ? <BuildHistory name={name} /> : null}
      <RawManifest name={name} />
      {artifact.accessories === null || artifact.accessories.length === 0 ? null : <Accessories name={name} />}
    </Stack>
  );
}

function ArtifactMenu({ name, artifact }: ArtifactProps): ReactNode {
  const { t } = useText();
  const may = useProjectRights(artifact.project_id);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'tag' | 'copy' | 'pin' | 'unpin' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  const here = { ...name, reference: artifact.digest };
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: REPOSITORIES_KEY });
  const tags = artifact.tags?.map((tag) => tag.name).join(', ') ?? t('artifact.noTags');
  const remove = async (): Promise<void> => {
    await deleteArtifact(here);
    notifyDone(t('artifact.deleted'));
    await navigate({ to: '/projects/$project/repositories/$repository', params: name });
    await client.invalidateQueries();
  };
  const unpin = async (): Promise<void> => {
    await unpinArtifact(here);
    await refresh();
    notifyDone(t('artifact.unpinned'));
  };
  return (
    <Group>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t('action.actionsFor', { name: name.reference })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Downloads name={name} artifact={artifact} />
          {artifact.type === 'IMAGE' ? (
            <Menu.Item
              leftSection={<IconArrowsDiff size={16} aria-hidden />}
              onClick={() =>
                void navigate({ to: '/projects/$project/repositories/$repository/compare', params: name, search: { from: name.reference } })
              }
            >
              {t('artifact.compare')}
            </Menu.Item>
          ) : null}
          {may('tag:create') ? (
            <Menu.Item leftSection={<IconTag size={16} aria-hidden />} onClick={() => setOpen('tag')}>
              {t('artifact.addTag')}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconCopyPlus size={16} aria-hidden />} onClick={() => setOpen('copy')}>
            {t('artifact.copy')}
          </Menu.Item>
          {artifact.pin === undefined && may('artifact-pin:create') ? (
            <Menu.Item leftSection={<IconPin size={16} aria-hidden />} onClick={() => setOpen('pin')}>
              {t('artifact.pin')}
            </Menu.Item>
          ) : null}
          {artifact.pin !== undefined && may('artifact-pin:delete') ? (
            <Menu.Item leftSection={<IconPinnedOff size={16} aria-hidden />} onClick={() => setOpen('unpin')}>
              {t('artifact.unpin')}
            </Menu.Item>
          ) : null}
          {may('artifact:delete') ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
              {t('artifact.delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'tag' ? <AddTagDialog name={here} onClose={close} onAdded={() => void refresh()} /> : null}
      {open === 'copy' ? <CopyDialog name={here} tags={tags} onClose={close} onCopied={refresh} /> : null}
      {open === 'pin' ? <PinDialog name={here} onClose={close} onPinned={() => void refresh()} /> : null}
      {open === 'unpin' ? (
        <ConfirmDialog
          title={t('artifact.unpin')}
          lost={t('artifact.unpinLost')}
          confirmLabel={t('artifact.unpin')}
          onClose={close}
          onConfirm={unpin}
        />
      ) : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('artifact.delete')}
          lost={`${t('artifact.deleteLost', { digest: shortDigest(artifact.digest), tags })} ${t('repository.trashHint')}`}
          confirmLabel={t('action.delete')}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </Group>
  );
}
