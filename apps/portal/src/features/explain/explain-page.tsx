import { Alert, Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { actionName, resourceName, wordOf } from '../../shared/people/permissions.ts';
import { NameField } from '../../shared/people/name-field.tsx';
import { rolesQuery } from '../../shared/people/roles.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { LoadingState } from '../../shared/ui/states.tsx';
import { explanationQuery, type Question } from './queries.ts';
import { reasonInWords } from './reason-words.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const SYSTEM = '/system';
const DEFAULT_ACTION = 'repository:pull';
/** What is asked most outside projects; everything there is for system administrators anyway. */
const SYSTEM_ACTIONS = [
  'project:create',
  'user:list',
  'user:create',
  'configuration:update',
  'garbage-collection:create',
  'audit-log:list',
];

/** Whether somebody may do something, and why; the question is in the address. */
export function ExplainPage(): ReactNode {
  const { t } = useText();
  const asked = useSearch({ from: '/shell/explain' });
  const question =
    asked.resource === undefined || asked.action === undefined
      ? undefined
      : { user: asked.user ?? '', resource: asked.resource, action: asked.action };
  return (
    <Page title={t('explain.title')} intro={t('explain.intro')}>
      <Section>
        <QuestionForm
          key={JSON.stringify(asked)}
          initial={{ user: asked.user ?? '', resource: asked.resource ?? '', action: asked.action ?? DEFAULT_ACTION }}
        />
      </Section>
      {question === undefined ? null : <Answer question={question} />}
    </Page>
  );
}

function QuestionForm({ initial }: { readonly initial: Question }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const [user, setUser] = useState(initial.user);
  const [resource, setResource] = useState(initial.resource);
  const [action, setAction] = useState(initial.action);
  const inSystem = resource.trim() === SYSTEM;
  const choices = useActionChoices(inSystem);
  const chosen = choices.some(({ value }) => value === action) ? action : (choices[0]?.value ?? action);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = { user: user.trim(), resource: resource.trim(), action: chosen };
    void navigate({
      to: '/explain',
      search: { ...(wanted.user === '' ? {} : { user: wanted.user }), resource: wanted.resource, action: wanted.action },
    });
  };
  return (
    <form onSubmit={ask} noValidate>
      <Group align="flex-start" gap="md" grow preventGrowOverflow={false}>
        <NameField kind="user" label={t('explain.user')} description={t('explain.userHelp')} value={user} onChange={setUser} />
        <TextInput
          label={t('explain.resource')}
          description={t('explain.resourceHelp')}
          value={resource}
          onChange={(event) => setResource(event.currentTarget.value)}
          maxLength={512}
          {...AS_TYPED}
          miw={220}
        />
        <NativeSelect
          label={t('explain.action')}
          description={chosen}
          value={chosen}
          onChange={(event) => setAction(event.currentTarget.value)}
          data={choices}
          miw={200}
        />
      </Group>
      <Group justify="flex-end" mt="md">
        <Button type="submit" disabled={resource.trim() === ''}>
          {t('explain.ask')}
        </Button>
      </Group>
    </form>
  );
}

function useActionChoices(inSystem: boolean): readonly { value: string; label: string }[] {
  const { t } = useText();
  const roles = useQuery(rolesQuery).data ?? [];
  // The project admin holds every permission that there is in a project.
  const words = inSystem ? SYSTEM_ACTIONS : (roles.find(({ id }) => id === 1)?.permissions ?? []).map(wordOf);
  return words.map((word) => {
    const [resource = '', action = ''] = word.split(':');
    return { value: word, label: `${resourceName(t, resource)}: ${actionName(t, action)}` };
  });
}

function Answer({ question }: { readonly question: Question }): ReactNode {
  const { t } = useText();
  const { data, error, isPending } = useQuery(explanationQuery(question));
  if (isPending) return <LoadingState rows={2} />;
  if (data === undefined) return <Refusal error={error} />;
  const { allowed, user, resource, action } = data;
  return (
    <Alert
      role="status"
      color={allowed ? 'teal' : 'yellow'}
      icon={allowed ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
      title={`${t('explain.answer')}: ${t(allowed ? 'explain.yes' : 'explain.no')}`}
    >
      <Text size="sm">{reasonInWords(t, data)}</Text>
      <Text size="xs" ff="monospace" mt={4}>
        {user} · {resource} · {action}
      </Text>
    </Alert>
  );
}
