import type { ReactNode } from 'react';
import classes from './logo.module.css';

/** Three containers at a quay. */
export function Logo({ size = 26 }: { readonly size?: number }): ReactNode {
  return (
    <span className={classes['logo']}>
      <svg width={size} height={size} viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
        <rect x="11" y="4" width="10" height="8" rx="1.5" />
        <rect x="5" y="14" width="10" height="8" rx="1.5" opacity="0.75" />
        <rect x="17" y="14" width="10" height="8" rx="1.5" opacity="0.55" />
        <path d="M2 25h28v2.2c0 1-.8 1.8-1.8 1.8H3.8A1.8 1.8 0 0 1 2 27.2z" />
      </svg>
      Berth
    </span>
  );
}
