import { CloseButton, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '../i18n/i18n.ts';

const WAIT_MS = 250;

export interface FilterFieldProps {
  readonly value: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
}

/** Filters as one types, a moment after the last key. */
export function FilterField({ value, label, onChange }: FilterFieldProps): ReactNode {
  const { t } = useText();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onChange(typed), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <TextInput
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      aria-label={label}
      placeholder={label}
      maxLength={200}
      leftSection={<IconFilter size={16} aria-hidden />}
      rightSection={typed === '' ? null : <CloseButton size="sm" aria-label={t('state.clearFilter')} onClick={() => setTyped('')} />}
      style={{ flex: '1 1 220px', maxWidth: 420 }}
    />
  );
}
