import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './tab-links.module.css';

export interface TabLink {
  readonly label: string;
  readonly link: LinkProps;
}

/** Tabs that are pages: each has an address, opens in a new window, and the browser's back button knows it. */
export function TabLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }): ReactNode {
  return (
    <nav aria-label={label} className={classes['tabs']}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          {...tab.link}
          className={classes['tab'] ?? ''}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
