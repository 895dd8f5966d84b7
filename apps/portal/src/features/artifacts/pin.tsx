import { Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Age } from '../../shared/ui/values.tsx';
import { type Artifact, type ArtifactName, pinArtifact } from './queries.ts';

/** Who keeps the artifact, since when and why. */
export function PinFact({ pin }: { readonly pin: NonNullable<Artifact['pin']> }): ReactNode {
  const { t } = useText();
  return (
    <Stack gap={2}>
      <span>
        {t('artifact.pinnedBy', { name: pin.pinned_by })} · <Age at={pin.pin_time} />
      </span>
      {pin.reason === '' ? null : (
        <Text span size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {pin.reason}
        </Text>
      )}
    </Stack>
  );
}

export interface PinProps {
  /** By digest: a tag may move meanwhile. */
  readonly name: ArtifactName;
  readonly onClose: () => void;
  readonly onPinned: () => void;
}

export function PinDialog({ name, onClose, onPinned }: PinProps): ReactNode {
  const { t } = useText();
  const [reason, setReason] = useState('');
  const pin = async (): Promise<void> => {
    await pinArtifact(name, reason.trim());
    onPinned();
    notifyDone(t('artifact.pinnedDone'));
  };
  return (
    <FormDialog title={t('artifact.pin')} onClose={onClose} onSubmit={pin} submitLabel={t('artifact.pin')}>
      <Stack gap="sm">
        <Text size="sm">{t('artifact.pinHelp')}</Text>
        <TextInput
          data-autofocus
          label={t('artifact.pinReason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={255}
          autoComplete="off"
        />
      </Stack>
    </FormDialog>
  );
}
