import type { ReactNode } from 'react';
import { Area, AreaChart, Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import classes from './plot.module.css';
import type { Series } from './plot.tsx';

export interface ChartProps {
  readonly kind: 'area' | 'bars' | 'lines';
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly write: (value: number) => string;
}

const HEIGHT = 220;
export const COLOURS = 8;

/** The drawing alone, loaded when the first plot is seen: what it says stands in the table beside it. */
export function Chart({ kind, labels, series, write }: ChartProps): ReactNode {
  const rows = labels.map((label, index) => ({
    label,
    ...Object.fromEntries(series.map(({ values }, number) => [`s${number}`, values[index]])),
  }));
  const common = { data: rows, accessibilityLayer: false, margin: { top: 8, right: 8, bottom: 0, left: 0 } };
  const axes = [
    <CartesianGrid key="grid" stroke="var(--line)" vertical={false} />,
    <XAxis key="x" dataKey="label" stroke="var(--quiet)" tick={{ fill: 'var(--quiet)', fontSize: 12 }} minTickGap={24} />,
    <YAxis
      key="y"
      stroke="var(--quiet)"
      tick={{ fill: 'var(--quiet)', fontSize: 12 }}
      tickFormatter={write}
      width={76}
      allowDecimals={false}
    />,
    <Tooltip
      key="tip"
      isAnimationActive={false}
      contentStyle={{ background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 8 }}
      formatter={(value) => write(Number(value))}
    />,
  ];
  const parts = series.map(({ name, values }, index) => {
    const shape = { dataKey: `s${index}`, name, isAnimationActive: false };
    const colour = `var(--plot-${(index % COLOURS) + 1})`;
    // A line needs two days: one alone would not be seen.
    const dot = values.filter((value) => value !== undefined).length === 1 ? { r: 3, fill: colour } : false;
    if (kind === 'bars') return <Bar key={name} {...shape} fill={colour} />;
    if (kind === 'lines') return <Line key={name} {...shape} type="monotone" stroke={colour} strokeWidth={2} dot={dot} />;
    return <Area key={name} {...shape} type="monotone" stroke={colour} strokeWidth={2} fill={colour} fillOpacity={0.15} dot={dot} />;
  });
  const Frame = kind === 'bars' ? BarChart : kind === 'lines' ? LineChart : AreaChart;
  return (
    <div className={classes['drawing']}>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <Frame {...common}>
          {axes}
          {parts}
        </Frame>
      </ResponsiveContainer>
    </div>
  );
}
