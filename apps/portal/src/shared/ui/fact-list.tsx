import type { ReactNode } from 'react';
import classes from './fact-list.module.css';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** Fixed width letters. */
  readonly code?: boolean;
}

/** Names and values under each other. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className={classes['list']}>
      {facts.map(({ name, value, code = false }) => (
        <div key={name} className={classes['row']}>
          <dt>{name}</dt>
          <dd className={code ? classes['code'] : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
