import { ActionIcon, CloseButton, Group, Menu, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { LabelChip } from '../../shared/content/label-chip.tsx';
import { usableLabelsQuery } from '../../shared/content/usable-labels.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import type { ArtifactProps } from './artifact-page.tsx';
import { type Artifact, addLabel, REPOSITORIES_KEY, removeLabel } from './queries.ts';

/** The labels of an artifact; who may puts others on it and takes them off again. */
export function ArtifactLabels({ name, artifact }: ArtifactProps): ReactNode {
  const { t } = useText();
  const may = useProjectRights(artifact.project_id);
  const client = useQueryClient();
  const here = { ...name, reference: artifact.digest };
  const labels = artifact.labels ?? [];
  const change = useMutation({
    mutationFn: ({ id, on }: { readonly id: number; readonly on: boolean }) => (on ? addLabel(here, id) : removeLabel(here, id)),
    onSuccess: () => client.invalidateQueries({ queryKey: REPOSITORIES_KEY }),
  });
  return (
    <Stack gap={4}>
      <Group gap="xs">
        {labels.length === 0 ? (
          <Text span inherit c="dimmed">
            {t('artifact.noLabels')}
          </Text>
        ) : null}
        {labels.map(({ id, name: text, color, description }) => (
          <Group key={id} gap={2} wrap="nowrap">
            <LabelChip name={text} color={color} description={description} />
            {may('artifact-label:delete') ? (
              <CloseButton
                size="xs"
                disabled={change.isPending}
                aria-label={t('artifact.removeLabel', { name: text })}
                onClick={() => change.mutate({ id, on: false })}
              />
            ) : null}
          </Group>
        ))}
        {may('artifact-label:create') ? (
          <AddLabel artifact={artifact} busy={change.isPending} onAdd={(id) => change.mutate({ id, on: true })} />
        ) : null}
      </Group>
      <Refusal error={change.error} />
    </Stack>
  );
}

interface AddLabelProps {
  readonly artifact: Artifact;
  readonly busy: boolean;
  readonly onAdd: (id: number) => void;
}

function AddLabel({ artifact, busy, onAdd }: AddLabelProps): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const usable = useQuery({ ...usableLabelsQuery(artifact.project_id), enabled: open });
  const here = new Set(artifact.labels?.map(({ id }) => id));
  const rest = usable.data?.filter(({ id }) => !here.has(id)) ?? [];
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-start">
      <Menu.Target>
        <ActionIcon variant="default" size="sm" loading={busy} aria-label={t('artifact.addLabel')}>
          <IconPlus size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {usable.data === undefined || rest.length > 0 ? null : <Menu.Label>{t('artifact.noLabelLeft')}</Menu.Label>}
        {rest.map(({ id, name, color }) => (
          <Menu.Item key={id} onClick={() => onAdd(id)}>
            <LabelChip name={name} color={color} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
