import { Group, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import type { NamePattern, RuleScope } from './rule-scope.ts';

export interface ScopeFieldsProps {
  readonly value: RuleScope;
  readonly onChange: (value: RuleScope) => void;
}

/** Which repositories and which tags a rule is about. */
export function ScopeFields({ value, onChange }: ScopeFieldsProps): ReactNode {
  const { t } = useText();
  return (
    <>
      <PatternField
        label={t('rules.repositories')}
        value={value.repositories}
        onChange={(repositories) => onChange({ ...value, repositories })}
        autoFocus
      />
      <PatternField label={t('rules.tags')} value={value.tags} onChange={(tags) => onChange({ ...value, tags })} />
    </>
  );
}

interface PatternFieldProps {
  readonly label: string;
  readonly value: NamePattern;
  readonly onChange: (value: NamePattern) => void;
  readonly autoFocus?: boolean;
}

function PatternField({ label, value, onChange, autoFocus = false }: PatternFieldProps): ReactNode {
  const { t } = useText();
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <NativeSelect
        label={label}
        value={value.excluding ? 'no' : 'yes'}
        onChange={(event) => onChange({ ...value, excluding: event.currentTarget.value === 'no' })}
        data={[
          { value: 'yes', label: t('rules.matching') },
          { value: 'no', label: t('rules.excluding') },
        ]}
      />
      <TextInput
        flex={1}
        data-autofocus={autoFocus || undefined}
        aria-label={`${label}: ${t('rules.pattern')}`}
        value={value.pattern}
        onChange={(event) => onChange({ ...value, pattern: event.currentTarget.value })}
        maxLength={255}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </Group>
  );
}
