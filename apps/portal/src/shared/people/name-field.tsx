import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Combobox.css';
import { userGroupSearchItem, userSearchItem } from '@berth/api-contract';
import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { getPage } from '../api/fetcher.ts';
import { useText } from '../i18n/i18n.ts';
import { AS_TYPED } from '../ui/as-typed.ts';

const OFFERED = 10;
const AFTER_MS = 200;

const userNamesQuery = (part: string) =>
  queryOptions({
    queryKey: ['users', 'search', part],
    queryFn: async ({ signal }) => {
      const { items } = await getPage('/users/search', userSearchItem, { query: { username: part, page_size: OFFERED }, signal });
      return items.map(({ username }) => username);
    },
    enabled: part.length >= 2,
    placeholderData: keepPreviousData,
  });

const groupNamesQuery = (part: string) =>
  queryOptions({
    queryKey: ['groups', 'search', part],
    queryFn: async ({ signal }) => {
      const { items } = await getPage('/usergroups/search', userGroupSearchItem, {
        query: { groupname: part, page_size: OFFERED },
        signal,
      });
      return items.map(({ group_name: name }) => name);
    },
    enabled: part.length >= 2,
    placeholderData: keepPreviousData,
  });

export interface NameFieldProps {
  readonly kind: 'user' | 'group';
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** In the place of the hint that names are offered. */
  readonly description?: string;
  readonly autoFocus?: boolean;
}

/** The name of a user or of a group; those that match what is typed are offered. */
export function NameField({ kind, label, value, onChange, description, autoFocus = false }: NameFieldProps): ReactNode {
  const { t } = useText();
  const [part] = useDebouncedValue(value.trim(), AFTER_MS);
  const users = useQuery({ ...userNamesQuery(part), ...(kind === 'user' ? {} : { enabled: false }) });
  const groups = useQuery({ ...groupNamesQuery(part), ...(kind === 'group' ? {} : { enabled: false }) });
  return (
    <Autocomplete
      data-autofocus={autoFocus || undefined}
      label={label}
      description={description ?? t('members.userHelp')}
      value={value}
      onChange={onChange}
      data={[...new Set((kind === 'user' ? users : groups).data)]}
      filter={({ options }) => options}
      // Inside the dialog, which is what screen readers are told of then.
      comboboxProps={{ withinPortal: false }}
      maxLength={255}
      {...AS_TYPED}
    />
  );
}
