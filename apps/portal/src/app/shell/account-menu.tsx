import { Button } from '@mantine/core';
import { IconChevronDown, IconLogout, IconUser } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { currentUserQuery, signOut, useCurrentUser } from '../../shared/session/session.ts';
import { MenuButton } from '../../shared/ui/menu-button.tsx';

export function AccountMenu(): ReactNode {
  const { t } = useText();
  const { username } = useCurrentUser();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    await signOut();
    // First away from the page, which cannot do without its user; nothing of him stays behind.
    client.setQueryData(currentUserQuery.queryKey, null);
    await navigate({ to: '/sign-in' });
    client.clear();
  };
  const profile = {
    text: t('nav.profile'),
    icon: <IconUser size={16} aria-hidden />,
    onChoose: () => void navigate({ to: '/profile' }),
  };
  const out = { text: t('nav.signOut'), icon: <IconLogout size={16} aria-hidden />, onChoose: () => void leave() };
  return (
    <MenuButton
      button={
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          aria-label={t('nav.account', { name: username })}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw={180}
        >
          {username}
        </Button>
      }
      sections={[{ entries: [profile] }, { entries: [out] }]}
    />
  );
}
