import type { ReactNode } from 'react';
import classes from './tiles.module.css';

/** Numbers that one looks at first, side by side. */
export function Tiles({ children }: { readonly children: ReactNode }): ReactNode {
  return <dl className={classes['grid']}>{children}</dl>;
}

interface TileProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly help?: string | undefined;
}

export function Tile({ name, value, help }: TileProps): ReactNode {
  return (
    <div className={classes['tile']}>
      <dt>{name}</dt>
      <dd className={classes['value']}>{value}</dd>
      {help === undefined ? null : <dd className={classes['help']}>{help}</dd>}
    </div>
  );
}
