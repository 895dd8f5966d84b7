import {
  IconActivity,
  IconApi,
  IconBookmark,
  IconBox,
  IconCertificate,
  IconChartLine,
  IconChartPie,
  IconClockPlay,
  IconDatabase,
  IconHeartbeat,
  IconHelpHexagon,
  IconLayoutDashboard,
  IconListSearch,
  IconPlugConnected,
  IconRobot,
  IconSettings,
  IconShieldCheck,
  IconTrash,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import classes from './shell.module.css';

interface Item {
  readonly text: TextKey;
  readonly icon: TablerIcon;
  readonly to: NonNullable<LinkProps['to']>;
}

const EVERYONE: readonly Item[] = [
  { text: 'nav.dashboard', icon: IconLayoutDashboard, to: '/' },
  { text: 'nav.projects', icon: IconBox, to: '/projects' },
  { text: 'nav.activity', icon: IconActivity, to: '/activity' },
  { text: 'nav.connect', icon: IconPlugConnected, to: '/connect' },
  { text: 'nav.health', icon: IconHeartbeat, to: '/health' },
  { text: 'nav.api', icon: IconApi, to: '/api-reference' },
];

const ADMINISTRATORS: readonly Item[] = [
  { text: 'nav.users', icon: IconUsers, to: '/users' },
  { text: 'nav.groups', icon: IconUsersGroup, to: '/groups' },
  { text: 'nav.roles', icon: IconShieldCheck, to: '/roles' },
  { text: 'nav.robots', icon: IconRobot, to: '/robots' },
  { text: 'nav.labels', icon: IconBookmark, to: '/labels' },
  { text: 'nav.explain', icon: IconHelpHexagon, to: '/explain' },
  { text: 'nav.trends', icon: IconChartLine, to: '/trends' },
  { text: 'nav.quotas', icon: IconChartPie, to: '/quotas' },
  { text: 'nav.trash', icon: IconTrash, to: '/trash' },
  { text: 'nav.storage', icon: IconDatabase, to: '/storage' },
  { text: 'nav.jobs', icon: IconClockPlay, to: '/jobs' },
  { text: 'nav.audit', icon: IconListSearch, to: '/audit' },
  { text: 'nav.certificates', icon: IconCertificate, to: '/certificates' },
  { text: 'nav.settings', icon: IconSettings, to: '/settings' },
];

/** Every page that the rail offers this person, by its name; and the own profile. */
export function usePages(): readonly { readonly to: string; readonly label: string }[] {
  const { t } = useText();
  const { sysadmin_flag: isAdmin } = useCurrentUser();
  const items = [...EVERYONE, ...(isAdmin ? ADMINISTRATORS : [])].map(({ to, text }) => ({ to, label: t(text) }));
  return [...items, { to: '/profile', label: t('nav.profile') }];
}

/** The left rail; what one may not use is not offered. */
export function Navigation(): ReactNode {
  const { t } = useText();
  const { sysadmin_flag: isAdmin } = useCurrentUser();
  return (
    <nav aria-label={t('nav.label')}>
      {EVERYONE.map((item) => (
        <Entry key={item.text} item={item} />
      ))}
      {isAdmin ? (
        <>
          <p className={classes['heading']}>{t('nav.administration')}</p>
          {ADMINISTRATORS.map((item) => (
            <Entry key={item.text} item={item} />
          ))}
        </>
      ) : null}
    </nav>
  );
}

function Entry({ item }: { readonly item: Item }): ReactNode {
  const { t } = useText();
  const Icon = item.icon;
  return (
    <Link
      to={item.to}
      className={classes['item'] ?? ''}
      activeOptions={{ exact: item.to === '/', includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
      {t(item.text)}
    </Link>
  );
}
