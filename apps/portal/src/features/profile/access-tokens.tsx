import { Button, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useCurrentUser } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { ConfirmDialog, FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { SecretDialog } from '../../shared/ui/secret-dialog.tsx';
import { Age, Expiry } from '../../shared/ui/values.tsx';
import { type AccessToken, createToken, revokeToken, TOKENS_KEY, tokensQuery } from './queries.ts';

export function AccessTokens(): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(tokensQuery(state.page));
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | undefined>();
  const { username } = useCurrentUser();
  const host = useRegistryHost();
  const apiCommand = useApiCommand();
  const add = (
    <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      {t('tokens.new')}
    </Button>
  );
  return (
    <Section title={t('tokens.title')} actions={query.data?.total === 0 ? null : add}>
      <Text size="sm" c="dimmed" mb="md" maw={760}>
        {t('tokens.intro')}
      </Text>
      <ListView
        label={t('tokens.title')}
        query={query}
        state={state}
        columns={useColumns()}
        rowKey={(token) => token.id}
        empty={{
          title: t('tokens.none'),
          sentence: t('tokens.noneHelp'),
          action: add,
          command: apiCommand('POST', '/users/current/tokens', { name: 'laptop', duration: 30 }),
        }}
      />
      {creating ? <NewTokenDialog onClose={() => setCreating(false)} onCreated={setSecret} /> : null}
      {secret === undefined ? null : (
        <SecretDialog secret={secret} login={`docker login ${host} -u ${username}`} onClose={() => setSecret(undefined)} />
      )}
    </Section>
  );
}

function useColumns(): readonly Column<AccessToken>[] {
  const { t } = useText();
  return [
    {
      key: 'name',
      title: t('tokens.name'),
      cell: ({ name }) => (
        <Text size="sm" fw={600}>
          {name}
        </Text>
      ),
    },
    { key: 'expires', title: t('tokens.expires'), cell: ({ expires_at: at }) => <Expiry seconds={at} /> },
    { key: 'used', title: t('tokens.lastUsed'), cell: ({ last_used_time: at }) => <Age at={at} /> },
    { key: 'revoke', title: t('tokens.revoke'), quietTitle: true, cell: (token) => <Revoke token={token} /> },
  ];
}

function Revoke({ token }: { readonly token: AccessToken }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { name } = token;
  const revoke = async (): Promise<void> => {
    await revokeToken(token.id);
    await client.invalidateQueries({ queryKey: TOKENS_KEY });
    notifyDone(t('tokens.revoked', { name }));
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)} aria-label={t('tokens.revokeTitle', { name })}>
        {t('tokens.revoke')}
      </Button>
      {asking ? (
        <ConfirmDialog
          title={t('tokens.revokeTitle', { name })}
          lost={t('tokens.revokeLost')}
          confirmLabel={t('tokens.revoke')}
          onClose={() => setAsking(false)}
          onConfirm={revoke}
        />
      ) : null}
    </>
  );
}

const DAYS = [7, 30, 90, 365] as const;
const FOREVER = -1;

function NewTokenDialog({ onClose, onCreated }: { readonly onClose: () => void; readonly onCreated: (secret: string) => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const create = async (): Promise<void> => {
    onCreated(await createToken(name.trim(), Number(days)));
    await client.invalidateQueries({ queryKey: TOKENS_KEY });
  };
  return (
    <FormDialog title={t('tokens.new')} onClose={onClose} onSubmit={create} submitLabel={t('action.create')} disabled={name.trim() === ''}>
      <TextInput
        data-autofocus
        label={t('tokens.name')}
        description={t('tokens.nameHelp')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={255}
        autoComplete="off"
      />
      <NativeSelect
        label={t('tokens.duration')}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        data={[
          ...DAYS.map((count) => ({ value: String(count), label: t('tokens.days', { count }) })),
          { value: String(FOREVER), label: t('tokens.forever') },
        ]}
      />
    </FormDialog>
  );
}
