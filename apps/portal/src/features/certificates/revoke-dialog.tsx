import { Alert, NativeSelect, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { DESTRUCTIVE } from '../../shared/ui/theme.ts';
import { type IssuedCertificate, ISSUED_KEY, revoke, type RevocationReason } from './queries.ts';

export const REASONS: Readonly<Record<RevocationReason, TextKey>> = {
  unspecified: 'certificates.reason.unspecified',
  keyCompromise: 'certificates.reason.keyCompromise',
  superseded: 'certificates.reason.superseded',
  cessationOfOperation: 'certificates.reason.cessationOfOperation',
  affiliationChanged: 'certificates.reason.affiliationChanged',
  privilegeWithdrawn: 'certificates.reason.privilegeWithdrawn',
};

export interface RevokeDialogProps {
  readonly certificate: IssuedCertificate;
  /** It is what this server shows to clients. */
  readonly isServed: boolean;
  readonly onClose: () => void;
}

export function RevokeDialog({ certificate, isServed, onClose }: RevokeDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [reason, setReason] = useState<RevocationReason>('unspecified');
  const name = certificate.name === '' ? certificate.serial : certificate.name;
  const submit = async (): Promise<void> => {
    await revoke(certificate.serial, reason);
    await client.invalidateQueries({ queryKey: ISSUED_KEY });
    notifyDone(t('certificates.revokedNote', { name }));
  };
  return (
    <FormDialog
      title={t('certificates.revokeTitle', { name })}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={t('certificates.revoke')}
      color={DESTRUCTIVE}
    >
      <Text size="sm">{t('certificates.revokeLost')}</Text>
      {isServed ? <Alert color="red">{t('certificates.revokeServed')}</Alert> : null}
      <NativeSelect
        data-autofocus
        label={t('certificates.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value as RevocationReason)}
        data={Object.entries(REASONS).map(([value, key]) => ({ value, label: t(key) }))}
      />
    </FormDialog>
  );
}
