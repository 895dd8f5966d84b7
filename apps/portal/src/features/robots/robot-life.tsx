import { NativeSelect } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Robot } from './queries.ts';

const DAYS = ['30', '90', '365', '-1'] as const;
const FOREVER = '-1';
const AS_IT_IS = '';

export interface Life {
  readonly chosen: string;
  readonly onChoose: (chosen: string) => void;
  readonly isNew: boolean;
  /** Days, -1 for ever. */
  readonly duration: number;
}

/** For {@link RobotLife}: how long a new robot lives, or the one that is changed. */
export function useRobotLife(robot: Robot | undefined): Life {
  const [chosen, onChoose] = useState<string>(robot === undefined ? '90' : AS_IT_IS);
  const duration = robot !== undefined && chosen === AS_IT_IS ? robot.duration : Number(chosen);
  return { chosen, onChoose, isNew: robot === undefined, duration };
}

export function RobotLife({ chosen, onChoose, isNew }: Life): ReactNode {
  const { t } = useText();
  const lives = [
    ...(isNew ? [] : [{ value: AS_IT_IS, label: t('systemRobots.kept') }]),
    ...DAYS.map((value) => ({ value, label: value === FOREVER ? t('tokens.forever') : t('tokens.days', { count: Number(value) }) })),
  ];
  return (
    <NativeSelect label={t('tokens.duration')} value={chosen} onChange={(event) => onChoose(event.currentTarget.value)} data={lives} />
  );
}
