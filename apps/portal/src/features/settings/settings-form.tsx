import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords, ruleInWords } from '../../shared/i18n/refusals.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { type Settings, saveSettings, settingsQuery } from './queries.ts';
import { SettingField } from './setting-field.tsx';
import { problemOf, type SettingValue } from './setting-groups.ts';

export interface SettingsFormProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly settings: Settings;
}

/** Settings that are saved together; only what was changed is sent. */
export function SettingsForm({ title, names, settings }: SettingsFormProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [changes, setChanges] = useState<Readonly<Record<string, SettingValue>>>({});
  const changed = Object.fromEntries(Object.entries(changes).filter(([name, value]) => value !== settings[name]?.value));
  const problems = names.filter((name) => changed[name] !== undefined && problemOf(name, changed[name]) !== undefined);
  const save = useMutation({
    mutationFn: () => saveSettings(changed),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: settingsQuery.queryKey });
      await client.invalidateQueries({ queryKey: ['systeminfo'] });
      setChanges({});
      notifyDone(t('action.saved'));
    },
  });
  const blamed = blamedIn(save.error, names);
  const wrongWith = (name: string): string | undefined => {
    if (changed[name] === undefined) return undefined;
    const problem = problemOf(name, changed[name]);
    if (problem !== undefined) return ruleInWords(t, problem.rule, problem.values) ?? problem.message;
    return blamed === name ? refusalInWords(t, save.error) : undefined;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problems.length === 0) save.mutate();
  };
  return (
    <Section title={title}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md" maw={640}>
          {names.map((name) => (
            <SettingField
              key={name}
              name={name}
              value={changes[name] ?? settings[name]?.value ?? ''}
              problem={wrongWith(name)}
              onChange={(value) => setChanges((old) => ({ ...old, [name]: value }))}
            />
          ))}
          {blamed === undefined ? <Refusal error={save.error} /> : null}
          <Group gap="sm">
            <Button type="submit" loading={save.isPending} disabled={Object.keys(changed).length === 0 || problems.length > 0}>
              {t('action.save')}
            </Button>
            {Object.keys(changed).length === 0 ? null : (
              <Button variant="default" onClick={() => setChanges({})}>
                {t('settings.discard')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

/** The server's sentence begins with the name of what it does not like. */
function blamedIn(error: unknown, names: readonly string[]): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return names.find((name) => error.message.startsWith(`${name} `));
}
