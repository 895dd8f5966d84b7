import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import { Alert, Button, FileButton, NativeSelect, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords } from '../../shared/i18n/refusals.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { ISSUED_KEY, issueWithKey, type KeyType, type NewCertificate, signRequest } from './queries.ts';
import { fileNameFor, requestAsPem, singleLabels, typedNames } from './typed-names.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const MAX_DAYS = 825;
const MAX_REQUEST = 60 * 1024;
const KEY_TYPES: Readonly<Record<KeyType, string>> = {
  'ec-p256': 'EC P-256',
  'ec-p384': 'EC P-384',
  'rsa-2048': 'RSA 2048',
  'rsa-3072': 'RSA 3072',
  'rsa-4096': 'RSA 4096',
};

export interface IssueDialogProps {
  readonly onClose: () => void;
  /** With the name for its files. */
  readonly onIssued: (result: NewCertificate, name: string) => void;
}

/** A certificate for typed names, whose key the server makes; or for a signing request, whose key stays with its maker. */
export function IssueDialog({ onClose, onIssued }: IssueDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [way, setWay] = useState<'names' | 'request'>('names');
  const [text, setText] = useState('');
  const [csr, setCsr] = useState('');
  const [keyType, setKeyType] = useState<KeyType>('ec-p256');
  const [days, setDays] = useState(String(MAX_DAYS));
  const [problem, setProblem] = useState('');
  const names = typedNames(text);
  const badDays = !/^\d{1,3}$/.test(days.trim()) || Number(days) < 1 || Number(days) > MAX_DAYS;

  const submit = async (): Promise<boolean> => {
    if (badDays) return false;
    if (way === 'names' ? names.length === 0 : csr.trim() === '') {
      setProblem(t(way === 'names' ? 'certificates.namesMissing' : 'certificates.requestMissing'));
      return false;
    }
    try {
      const life = Number(days);
      const result = await (way === 'names' ? issueWithKey({ names, keyType, days: life }) : signRequest(csr, life));
      onIssued(result, way === 'names' ? fileNameFor(names) : 'server');
    } catch (error) {
      // What is wrong with the names or the request is said at their field.
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      setProblem(refusalInWords(t, error));
      return false;
    }
    await client.invalidateQueries({ queryKey: ISSUED_KEY });
    return true;
  };
  const change = (set: (value: string) => void) => (value: string) => {
    set(value);
    setProblem('');
  };
  return (
    <FormDialog title={t('certificates.issueTitle')} onClose={onClose} onSubmit={submit} submitLabel={t('certificates.issueDo')} size="lg">
      <SegmentedControl
        aria-label={t('certificates.way')}
        styles={{ label: { whiteSpace: 'normal' } }}
        value={way}
        onChange={(value) => {
          setWay(value as 'names' | 'request');
          setProblem('');
        }}
        data={[
          { value: 'names', label: t('certificates.way.names') },
          { value: 'request', label: t('certificates.way.request') },
        ]}
      />
      {way === 'names' ? (
        <>
          <NamesField value={text} onChange={change(setText)} problem={problem} names={names} />
          <NativeSelect
            label={t('certificates.key')}
            value={keyType}
            onChange={(event) => setKeyType(event.currentTarget.value as KeyType)}
            data={Object.entries(KEY_TYPES).map(([value, label]) => ({ value, label }))}
          />
        </>
      ) : (
        <RequestField value={csr} onChange={change(setCsr)} problem={problem} onProblem={setProblem} />
      )}
      <TextInput
        label={t('certificates.days')}
        description={t('certificates.daysHelp', { days: MAX_DAYS })}
        inputMode="numeric"
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        error={badDays ? t('certificates.daysWrong', { days: MAX_DAYS }) : undefined}
        maxLength={3}
        autoComplete="off"
      />
    </FormDialog>
  );
}

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem: string;
}

function NamesField({ value, onChange, problem, names }: FieldProps & { readonly names: readonly string[] }): ReactNode {
  const { t } = useText();
  const single = singleLabels(names);
  return (
    <Stack gap={4}>
      <Textarea
        data-autofocus
        label={t('certificates.namesField')}
        description={t('certificates.namesHelp')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problem === '' ? undefined : problem}
        rows={4}
        maxLength={20_000}
        placeholder={'harbor.example.com\n192.168.56.121'}
        {...AS_TYPED}
      />
      {single.length === 0 ? null : (
        <Alert color="yellow" role="status">
          {t('certificates.single', { name: single[0] ?? '' })}
        </Alert>
      )}
    </Stack>
  );
}

function RequestField({ value, onChange, problem, onProblem }: FieldProps & { readonly onProblem: (sentence: string) => void }): ReactNode {
  const { t } = useText();
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return;
    if (file.size > MAX_REQUEST) onProblem(t('certificates.requestLarge'));
    else onChange(requestAsPem(new Uint8Array(await file.arrayBuffer())));
  };
  return (
    <Stack gap="xs" align="stretch">
      <Textarea
        data-autofocus
        label={t('certificates.request')}
        description={t('certificates.requestHelp')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problem === '' ? undefined : problem}
        rows={7}
        maxLength={MAX_REQUEST}
        placeholder="-----BEGIN CERTIFICATE REQUEST-----"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        autoComplete="off"
        spellCheck={false}
      />
      <FileButton
        onChange={(file) => void take(file)}
        accept=".csr,.pem,.req,.p10,.der"
        inputProps={{ 'aria-label': t('certificates.requestFile') }}
      >
        {(props) => (
          <Button
            {...props}
            variant="default"
            size="xs"
            leftSection={<IconUpload size={14} aria-hidden />}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('certificates.requestFile')}
          </Button>
        )}
      </FileButton>
    </Stack>
  );
}
