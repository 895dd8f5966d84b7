import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './tab-links.module.css';

export interface TabLink {
  readonly label: string;
  readonly link: LinkProps;
  /** Pages below it are its own, too. */
  readonly holdsPages?: boolean;
}

/** Tabs that are pages: each has an address, opens in a new window, and the browser's back button knows it. */
export function TabLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }): ReactNode {
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen the bar scrolls: the page's own tab is brought into sight, again when rights have come and more tabs with them.
  useEffect(() => {
    const tab = bar.current?.querySelector<HTMLElement>('[aria-current]');
    if (bar.current !== null && tab) bar.current.scrollLeft = tab.offsetLeft - (bar.current.clientWidth - tab.offsetWidth) / 2;
  }, [pathname, tabs.length]);
  return (
    <nav ref={bar} aria-label={label} className={classes['tabs']}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          {...tab.link}
          className={classes['tab'] ?? ''}
          activeOptions={{ exact: tab.holdsPages !== true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
