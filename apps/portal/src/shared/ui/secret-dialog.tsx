import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import { Command } from './copy.tsx';
import { useReturnFocus } from './use-return-focus.ts';

export interface SecretDialogProps {
  readonly secret: string;
  /** A command that asks for the secret, so that it does not end up in a shell's history. */
  readonly login: string;
  readonly onClose: () => void;
}

/** Shows what is shown once; closing needs a click on purpose. */
export function SecretDialog({ secret, login, onClose }: SecretDialogProps): ReactNode {
  const { t } = useText();
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('secret.title')}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Alert color="yellow">{t('secret.once')}</Alert>
        <Command text={secret} label={t('secret.title')} />
        <Text size="sm">{t('secret.login')}</Text>
        <Command text={login} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('secret.kept')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
