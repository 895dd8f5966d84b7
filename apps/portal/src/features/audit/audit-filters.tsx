import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback } from 'react';
import { operationInWords } from '../../shared/audit/audit-words.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { FilterField } from '../../shared/list/filter-field.tsx';
import type { AuditSearch } from './audit-search.ts';

/** Words that the server writes; others can be typed into the address. */
const ACTIONS = ['create', 'update', 'delete', 'pull', 'push', 'read', 'login', 'logout'];

interface FilterChanges {
  change(change: AuditSearch): void;
  clear(): void;
}

/** Changes of the filters begin on the first page; an empty text takes a filter away. */
export function useAuditFilters(): FilterChanges {
  const navigate = useNavigate();
  const change = useCallback(
    (wanted: AuditSearch) => {
      void navigate({
        to: '/audit',
        replace: true,
        search: ({ page: _page, ...old }) =>
          Object.fromEntries(Object.entries({ ...old, ...wanted }).filter(([, value]) => value !== undefined && value !== '')),
      });
    },
    [navigate],
  );
  const clear = useCallback(() => void navigate({ to: '/audit', search: {} }), [navigate]);
  return { change, clear };
}

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (change: AuditSearch) => void;
}

export function AuditFilters({ search, onChange }: AuditFiltersProps): ReactNode {
  const { t } = useText();
  const { who = '', on = '', action = '', result = '', from = '', to = '' } = search;
  const setWho = useCallback((value: string) => onChange({ who: value }), [onChange]);
  const setOn = useCallback((value: string) => onChange({ on: value }), [onChange]);
  const actions = action === '' || ACTIONS.includes(action) ? ACTIONS : [...ACTIONS, action];
  return (
    <search>
      <Group gap="sm" align="flex-end">
        <FilterField label={t('audit.filterWho')} value={who} onChange={setWho} />
        <FilterField label={t('audit.filterOn')} value={on} onChange={setOn} />
        <NativeSelect
          aria-label={t('audit.what')}
          value={action}
          onChange={(event) => onChange({ action: event.currentTarget.value })}
          data={[{ value: '', label: t('audit.anyAction') }, ...actions.map((value) => ({ value, label: operationInWords(t, value) }))]}
        />
        <NativeSelect
          aria-label={t('audit.result')}
          value={result}
          onChange={(event) => onChange({ result: event.currentTarget.value as 'done' })}
          data={[
            { value: '', label: t('audit.anyResult') },
            { value: 'done', label: t('audit.done') },
            { value: 'denied', label: t('audit.onlyDenied') },
          ]}
        />
        {/* One below the other they would not be read as a range. */}
        <Group gap="sm" wrap="nowrap">
          <TextInput
            type="date"
            label={t('audit.from')}
            value={from}
            max={to}
            onChange={(event) => onChange({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('audit.to')}
            value={to}
            min={from}
            onChange={(event) => onChange({ to: event.currentTarget.value })}
          />
        </Group>
      </Group>
    </search>
  );
}
