import { ActionIcon } from '@mantine/core';
import { IconMenu2, IconSearch, IconX } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Logo } from '../../shared/ui/logo.tsx';
import { PreferencesMenu } from '../../shared/ui/preferences-menu.tsx';
import { AccountMenu } from './account-menu.tsx';
import { pageComponent } from '../page-component.ts';
import { Navigation, usePages } from './navigation.tsx';
import { OfflineNotice } from './offline-notice.tsx';
import classes from './shell.module.css';
import { useKey } from './use-key.ts';

const Palette = pageComponent(['palette'], () => import('../../features/palette/palette.tsx'), 'Palette');
/** By then the page has what it needs; the palette is there when it is called for. */
const PALETTE_AFTER_MS = 1_500;

/** Around every page: rail, search, account. On a narrow screen the rail is behind a button. */
export function Shell(): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [searching, setSearching] = useState(false);
  const { pathname } = useLocation();
  const pages = usePages();
  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => {
    const timer = setTimeout(() => void Palette.preload?.(), PALETTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useKey('Escape', () => setOpen(false));
  useKey('mod+k', () => setSearching(true));
  return (
    <div className={classes['frame']}>
      <a href="#content" className="skip-link">
        {t('app.skipToContent')}
      </a>
      <header className={classes['header']}>
        <div className={classes['menu']}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-expanded={open}
            aria-controls="rail"
            aria-label={open ? t('nav.closeMenu') : t('nav.openMenu')}
            onClick={() => setOpen(!open)}
          >
            {open ? <IconX size={20} aria-hidden /> : <IconMenu2 size={20} aria-hidden />}
          </ActionIcon>
        </div>
        <Link to="/" className={classes['home'] ?? ''} aria-label={t('app.name')}>
          <Logo />
        </Link>
        <button type="button" className={classes['search']} onClick={() => setSearching(true)}>
          <IconSearch size={16} aria-hidden />
          <span>{t('palette.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className={classes['tools']}>
          <PreferencesMenu />
          <AccountMenu />
        </div>
      </header>
      <div className={classes['rail']} id="rail" data-open={open || undefined}>
        <Navigation />
      </div>
      {open ? <div className={classes['veil']} onClick={() => setOpen(false)} aria-hidden="true" /> : null}
      <main className={classes['main']} id="content" tabIndex={-1}>
        <OfflineNotice />
        <Outlet />
      </main>
      {searching ? (
        <Suspense fallback={null}>
          <Palette pages={pages} onClose={() => setSearching(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
