import { Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { type ArtifactName, copyArtifact } from './queries.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

export interface CopyProps {
  /** By digest: a tag may move meanwhile. */
  readonly name: ArtifactName;
  /** In words. */
  readonly tags: string;
  readonly onClose: () => void;
  readonly onCopied: () => Promise<void>;
}

/** To another repository, of another project too: how an image is promoted from the team that built it to those who run it. */
export function CopyDialog({ name, tags, onClose, onCopied }: CopyProps): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const here = `${name.project}/${name.repository}`;
  const [typed, setTyped] = useState(here);
  const target = targetOf(typed);
  const copy = async (): Promise<void> => {
    if (target === undefined) return;
    await copyArtifact(name, target);
    await onCopied();
    notifyDone(t('artifact.copied', { repository: typed.trim() }));
    await navigate({
      to: '/projects/$project/repositories/$repository/artifacts/$reference',
      params: { ...target, reference: name.reference },
    });
  };
  return (
    <FormDialog
      title={t('artifact.copy')}
      onClose={onClose}
      onSubmit={copy}
      submitLabel={t('artifact.copyDo')}
      disabled={target === undefined || typed.trim() === here}
    >
      <Text size="sm">{t('artifact.copyHelp', { tags })}</Text>
      <TextInput
        data-autofocus
        label={t('artifact.copyTo')}
        description={t('artifact.copyToHelp')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={255}
        {...AS_TYPED}
      />
    </FormDialog>
  );
}

/** `project/any/path`; undefined while a part is missing. What names may hold is the server's to say. */
function targetOf(typed: string): { readonly project: string; readonly repository: string } | undefined {
  const [, project, repository] = /^([^/]+)\/(.*[^/])$/.exec(typed.trim()) ?? [];
  return project === undefined || repository === undefined ? undefined : { project, repository };
}
