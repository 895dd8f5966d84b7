import { InvalidArgumentError } from 'commander';

export const MEBIBYTE = 1024 * 1024;

/** Reads the value of `--rate`: MiB in a second. */
export function rateOf(text: string): number {
  const rate = Number(text);
  if (!(rate >= 1 && rate <= 100_000)) throw new InvalidArgumentError('It must be a number of MiB from 1 to 100000.');
  return rate;
}
