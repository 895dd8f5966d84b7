import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../i18n/i18n.ts';

const STATES: Readonly<Record<string, { readonly text: TextKey; readonly color: string }>> = {
  Pending: { text: 'run.Pending', color: 'gray' },
  Running: { text: 'run.Running', color: 'harbour' },
  Success: { text: 'run.Success', color: 'teal' },
  Error: { text: 'run.Error', color: 'red' },
  Stopped: { text: 'run.Stopped', color: 'gray' },
};

/** The state of a run, in Harbor's words. */
export function RunBadge({ status }: { readonly status: string }): ReactNode {
  const { t } = useText();
  const state = STATES[status];
  return (
    <Badge color={state?.color ?? 'gray'} variant="light" radius="sm" tt="none" miw="max-content">
      {state === undefined ? status : t(state.text)}
    </Badge>
  );
}
