import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { type Outcome, runCert } from './run-command.ts';

/** Of a command that must succeed. */
export async function ok(...args: string[]): Promise<Outcome> {
  const outcome = await runCert(args);
  expect(outcome.code, `${args.join(' ')}: ${outcome.stderr}`).toBe(0);
  return outcome;
}

/** A failure is one sentence on stderr, nothing on stdout, no stack trace. */
export function expectSentence(outcome: Outcome, code: number, sentence: RegExp): void {
  expect(outcome.code, outcome.stderr).toBe(code);
  expect(outcome.stdout).toBe('');
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome.stderr).not.toMatch(/\n\s+at |should not have happened/);
}

/** Both streams of OpenSSL. */
export function openssl(...args: string[]): string {
  const done = spawnSync('openssl', args, { encoding: 'utf8' });
  return `${done.stdout}${done.stderr}`;
}
