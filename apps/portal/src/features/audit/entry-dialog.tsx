import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { eventInWords, statusInWords } from '../../shared/audit/audit-words.ts';
import { formatInstant } from '../../shared/format/time.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { FactList } from '../../shared/ui/fact-list.tsx';
import type { AuditEntry } from './queries.ts';

/** Everything that the log has of one thing that was done. */
export function EntryDialog({ entry, onClose }: { readonly entry: AuditEntry; readonly onClose: () => void }): ReactNode {
  const { t, language } = useText();
  const meaning = entry.operation_result ? undefined : statusInWords(t, entry.status);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('audit.entry', { id: String(entry.id) })}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <FactList
        facts={[
          { name: t('audit.when'), value: formatInstant(Date.parse(entry.op_time), language) },
          { name: t('audit.who'), value: entry.username },
          { name: t('audit.address'), value: entry.client_address, code: true },
          { name: t('audit.what'), value: eventInWords(t, entry) },
          { name: t('audit.on'), value: entry.resource, code: true },
          {
            name: t('audit.result'),
            value: entry.operation_result ? t('audit.done') : t('audit.denied', { status: String(entry.status) }),
          },
          ...(meaning === undefined ? [] : [{ name: t('audit.meaning'), value: meaning }]),
          { name: t('audit.description'), value: entry.operation_description },
          { name: t('audit.requestId'), value: entry.request_id, code: true },
        ]}
      />
    </Modal>
  );
}
