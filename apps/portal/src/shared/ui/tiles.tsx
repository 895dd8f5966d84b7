import { Link, type LinkProps } from '@tanstack/react-router';
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
  /** The page that tells more. */
  readonly to?: LinkProps['to'];
}

export function Tile({ name, value, help, to }: TileProps): ReactNode {
  return (
    <div className={classes['tile']}>
      <dt>
        {to === undefined ? (
          name
        ) : (
          <Link to={to} className={classes['link'] ?? ''}>
            {name}
          </Link>
        )}
      </dt>
      <dd className={classes['value']}>{value}</dd>
      {help === undefined ? null : <dd className={classes['help']}>{help}</dd>}
    </div>
  );
}
