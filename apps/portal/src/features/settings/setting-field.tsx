import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { NativeSelect, Switch, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { isKnown, numberTyped, type SettingValue, typedNumber } from './setting-groups.ts';

export interface SettingFieldProps {
  readonly name: string;
  readonly value: SettingValue;
  readonly problem: string | undefined;
  readonly onChange: (value: SettingValue) => void;
}

/** A field by the kind of the value. A setting that has no text here is called as the API calls it. */
export function SettingField({ name, value, problem, onChange }: SettingFieldProps): ReactNode {
  const { t } = useText();
  const label = isKnown(name) ? t(`settings.${name}`) : name;
  const description = isKnown(name) ? t(`settings.help.${name}`) : undefined;
  const error = problem === undefined ? undefined : t('settings.bad', { problem });
  const common = { label, description, error };
  if (typeof value === 'boolean') return <Switch {...common} checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />;
  if (name === 'project_creation_restriction')
    return (
      <NativeSelect
        {...common}
        value={String(value)}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[
          { value: 'everyone', label: t('settings.everyone') },
          { value: 'adminonly', label: t('settings.adminOnly') },
        ]}
        maw={320}
      />
    );
  if (typeof value === 'number') return <NumberField {...common} name={name} value={value} onChange={onChange} />;
  return (
    <TextInput
      {...common}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={name === 'banner_message'}
    />
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly value: number;
  readonly label: string;
  readonly description: string | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: number) => void;
}

/** Keeps what was typed, also while it is no number. */
function NumberField({ name, value, onChange, ...common }: NumberFieldProps): ReactNode {
  const [typed, setTyped] = useState(typedNumber(name, value));
  useEffect(() => {
    if (!Number.isNaN(value)) setTyped((old) => (numberTyped(name, old) === value ? old : typedNumber(name, value)));
  }, [name, value]);
  return (
    <TextInput
      {...common}
      value={typed}
      inputMode="decimal"
      autoComplete="off"
      maw={320}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(numberTyped(name, event.currentTarget.value));
      }}
    />
  );
}
