import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import { Checkbox, Input } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useText } from '../i18n/i18n.ts';
import classes from './permission-picker.module.css';
import { actionName, byResource, type Permission, resourceName, wordOf } from './permissions.ts';

export interface PermissionPickerProps {
  readonly label: string;
  readonly choices: readonly Permission[];
  /** Words such as `repository:push`. */
  readonly value: ReadonlySet<string>;
  readonly onChange: (value: ReadonlySet<string>) => void;
}

/** A row of ticks for each thing that permissions are about. */
export function PermissionPicker({ label, choices, value, onChange }: PermissionPickerProps): ReactNode {
  const { t } = useText();
  const id = useId();
  const toggle = (word: string): void => {
    const next = new Set(value);
    if (!next.delete(word)) next.add(word);
    onChange(next);
  };
  return (
    <div>
      <Input.Label id={id}>{label}</Input.Label>
      <div className={classes['rows']} role="group" aria-labelledby={id}>
        {byResource(choices).map(([resource, actions]) => (
          <div key={resource} className={classes['row']} role="group" aria-label={resourceName(t, resource)}>
            <span className={classes['name']} aria-hidden="true">
              {resourceName(t, resource)}
            </span>
            <span className={classes['actions']}>
              {actions.map((action) => {
                const word = wordOf({ resource, action });
                return (
                  <Checkbox
                    key={word}
                    size="xs"
                    label={actionName(t, action)}
                    title={word}
                    checked={value.has(word)}
                    onChange={() => toggle(word)}
                  />
                );
              })}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
