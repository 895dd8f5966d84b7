import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { useReturnFocus } from '../../shared/ui/use-return-focus.ts';
import type { NewCertificate } from './queries.ts';

export interface IssuedFilesProps {
  readonly result: NewCertificate;
  /** Of the files, without ending. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Hands out what was issued; the key is in this window alone, so closing needs a click on purpose. */
export function IssuedFiles({ result, name, onClose }: IssuedFilesProps): ReactNode {
  const { t } = useText();
  useReturnFocus();
  const { certificate, privateKey, warnings } = result;
  const files = [
    { file: `${name}.crt`, content: certificate },
    ...(privateKey === undefined ? [] : [{ file: `${name}.key`, content: privateKey }]),
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('certificates.ready')}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        {privateKey === undefined ? null : <Alert color="yellow">{t('certificates.keyOnce')}</Alert>}
        {warnings.map((warning) => (
          <Alert key={warning.message} color="yellow">
            {sentenceInWords(t, warning)}
          </Alert>
        ))}
        <Group gap="sm">
          {files.map(({ file, content }) => (
            <Button key={file} variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => save(file, content)}>
              {file}
            </Button>
          ))}
        </Group>
        {privateKey === undefined ? null : (
          <>
            <Text size="sm">{t('certificates.use')}</Text>
            <Command text={`chmod 600 ${name}.key\nBERTH_TLS_CERT=${name}.crt BERTH_TLS_KEY=${name}.key berth serve`} />
          </>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t(privateKey === undefined ? 'action.close' : 'certificates.kept')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Lets the browser save a text as a file. */
function save(file: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/x-pem-file' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}
