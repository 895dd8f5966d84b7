import type { ReactNode } from 'react';
import classes from './label-chip.module.css';

const GREY = '#868e96';

export interface LabelChipProps {
  readonly name: string;
  /** `#1d9e75`; empty for none. */
  readonly color: string;
  readonly description?: string;
}

/** A label: its colour beside its name, so that the name can be read whatever the colour is. */
export function LabelChip({ name, color, description }: LabelChipProps): ReactNode {
  return (
    <span className={classes['chip']} title={description === undefined || description === '' ? name : `${name}: ${description}`}>
      <svg className={classes['dot']} viewBox="0 0 10 10" aria-hidden="true">
        <circle cx="5" cy="5" r="5" fill={color === '' ? GREY : color} />
      </svg>
      <span className={classes['name']}>{name}</span>
    </span>
  );
}
