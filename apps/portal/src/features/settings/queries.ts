import { configurationsResponse } from '@berth/api-contract';
import { queryOptions } from '@tanstack/react-query';
import { change, getOne } from '../../shared/api/fetcher.ts';
import type { SettingValue } from './setting-groups.ts';

export type Settings = Readonly<Record<string, { readonly value: SettingValue; readonly editable: boolean }>>;

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }): Promise<Settings> => (await getOne('/configurations', configurationsResponse, { signal })) as Settings,
  // A form over it must not change under the hand.
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
});

export const saveSettings = (changes: Readonly<Record<string, SettingValue>>) => change('PUT', '/configurations', changes);
