import { Group, Input, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { isColor, LabelChip } from '../../shared/content/label-chip.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createLabel, type Label, LABELS_KEY, type LabelScope, updateLabel } from './queries.ts';

const FIRST_COLOR = '#1971c2';

export interface LabelDialogProps {
  readonly where: LabelScope;
  /** Absent: a new one is made. */
  readonly label?: Label;
  readonly onClose: () => void;
}

export function LabelDialog({ where, label, onClose }: LabelDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const colorId = useId();
  const [typed, setTyped] = useState(label?.name ?? '');
  const [description, setDescription] = useState(label?.description ?? '');
  const [color, setColor] = useState(label !== undefined && isColor(label.color) ? label.color : FIRST_COLOR);
  const name = typed.trim();
  const save = async (): Promise<void> => {
    const content = { name, description, color };
    await (label === undefined ? createLabel(where, content) : updateLabel(label.id, content));
    await client.invalidateQueries({ queryKey: LABELS_KEY });
    notifyDone(t(label === undefined ? 'labels.madeNote' : 'labels.saved', { name }));
  };
  return (
    <FormDialog
      title={label === undefined ? t('labels.new') : t('labels.editTitle', { name: label.name })}
      onClose={onClose}
      onSubmit={save}
      submitLabel={label === undefined ? t('action.create') : t('action.save')}
      disabled={name === ''}
    >
      <TextInput
        data-autofocus
        label={t('labels.name')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={128}
        autoComplete="off"
      />
      <TextInput
        label={t('labels.description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1024}
        autoComplete="off"
      />
      <div>
        <Input.Label htmlFor={colorId}>{t('labels.color')}</Input.Label>
        <Group gap="sm">
          <input id={colorId} type="color" value={color} onChange={(event) => setColor(event.currentTarget.value)} />
          <LabelChip name={name === '' ? t('labels.name') : name} color={color} />
        </Group>
      </div>
    </FormDialog>
  );
}
