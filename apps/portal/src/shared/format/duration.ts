const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** 90 -> "1 min 30 sec" in the reader's language: the two largest units; below a second with one decimal. */
export function formatDuration(seconds: number, language: string): string {
  const unit = (value: number, name: string, digits = 0): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
  if (seconds < 10) return unit(seconds, 'second', 1);
  const whole = Math.round(seconds);
  for (const [index, [name, length]] of STEPS.entries()) {
    if (whole < length) continue;
    const [below, size] = STEPS[index + 1] ?? (['second', 1] as const);
    const rest = Math.floor((whole % length) / size);
    const first = unit(Math.floor(whole / length), name);
    return rest === 0 ? first : `${first} ${unit(rest, below)}`;
  }
  return unit(whole, 'second');
}
