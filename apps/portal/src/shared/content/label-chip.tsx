import type { ReactNode } from 'react';
import classes from './label-chip.module.css';

const GREY = '#868e96';
const COLOR = /^#[0-9a-f]{6}$/i;

export interface LabelChipProps {
  readonly name: string;
  /** `#1d9e75`; what is no color is grey. */
  readonly color: string;
  readonly description?: string;
}

/** A label: its colour beside its name, so that the name can be read whatever the colour is. */
export function LabelChip({ name, color, description }: LabelChipProps): ReactNode {
  return (
    <span className={classes['chip']} title={description === undefined || description === '' ? name : `${name}: ${description}`}>
      <svg className={classes['dot']} viewBox="0 0 10 10" aria-hidden="true">
        <circle cx="5" cy="5" r="5" fill={isColor(color) ? color : GREY} />
      </svg>
      <span className={classes['name']}>{name}</span>
    </span>
  );
}

export function isColor(text: string): boolean {
  return COLOR.test(text);
}
