import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiError } from '../api/api-error.ts';
import { useText } from '../i18n/i18n.ts';
import { refusalInWords } from '../i18n/refusals.ts';
import { ServerWords } from './server-words.tsx';
import { DESTRUCTIVE } from './theme.ts';
import { useReturnFocus } from './use-return-focus.ts';

/** What the server said beside what was tried, with the id of the request. */
export function Refusal({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useText();
  if (error === null || error === undefined) return null;
  const known = error instanceof ApiError ? error : undefined;
  const sentence = known?.status === 0 ? t('state.offline') : refusalInWords(t, error);
  return (
    <Alert color="red" role="alert" title={t('state.refused')}>
      <Stack gap={4} align="flex-start">
        <Text size="sm">{sentence}</Text>
        <ServerWords error={error} />
      </Stack>
    </Alert>
  );
}

export interface FormDialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Answers false, or rejects, to stay open. */
  readonly onSubmit: () => Promise<unknown>;
  readonly submitLabel: string;
  readonly color?: string;
  readonly disabled?: boolean;
  /** `lg` for forms with more than a handful of fields. */
  readonly size?: 'md' | 'lg';
  readonly children: ReactNode;
}

/** A form in a dialog; it closes when the server agreed, and shows its sentence when not. */
export function FormDialog({
  title,
  onClose,
  onSubmit,
  submitLabel,
  color,
  disabled = false,
  size = 'md',
  children,
}: FormDialogProps): ReactNode {
  const { t } = useText();
  useReturnFocus();
  const attempt = useMutation({ mutationFn: onSubmit, onSuccess: (done) => (done === false ? undefined : onClose()) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (!attempt.isPending) attempt.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={size} centered closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {children}
          <Refusal error={attempt.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={attempt.isPending} disabled={disabled} {...(color === undefined ? {} : { color })}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

export interface ConfirmDialogProps {
  readonly title: string;
  /** What is lost, and what can be restored. */
  readonly lost: ReactNode;
  readonly confirmLabel: string;
  /** For what cannot be undone: this must be typed first. */
  readonly typeName?: string;
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<unknown>;
}

export function ConfirmDialog({ title, lost, confirmLabel, typeName, onClose, onConfirm }: ConfirmDialogProps): ReactNode {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      onSubmit={onConfirm}
      submitLabel={confirmLabel}
      color={DESTRUCTIVE}
      disabled={typeName !== undefined && typed !== typeName}
    >
      <Text component="div">{lost}</Text>
      {typeName === undefined ? null : (
        <TextInput
          data-autofocus
          label={t('action.typeToConfirm', { name: typeName })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
