import type { ReactNode } from 'react';
import classes from './fold.module.css';

/** What not everybody wants to see: behind its summary until it is opened. */
export function Fold({ summary, children }: { readonly summary: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <details className={classes['fold']}>
      <summary>{summary}</summary>
      <div className={classes['content']}>{children}</div>
    </details>
  );
}
