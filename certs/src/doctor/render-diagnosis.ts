import { printableLines } from '../x509/distinguished-name.ts';
import type { Check, CheckStatus } from './check.ts';
import type { Diagnosis } from './run-doctor.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL', skip: '-   ' };
const COLOURS: Readonly<Record<CheckStatus, string>> = { pass: '\u001b[32m', warn: '\u001b[33m', fail: '\u001b[31m', skip: '\u001b[2m' };

/** A diagnosis in words: one check a line, beneath it what docker and browsers say and what mends it. */
export function renderDiagnosis(diagnosis: Diagnosis, colour: boolean): string {
  const lines = diagnosis.checks.flatMap((check) => renderCheck(check, colour));
  const count = (status: CheckStatus) => diagnosis.checks.filter((one) => one.status === status).length;
  const sum = diagnosis.healthy ? `${diagnosis.target}: docker can use it` : `${diagnosis.target}: docker cannot use it`;
  const verdict = `${sum} (${count('pass')} ok, ${count('warn')} warnings, ${count('fail')} failures).`;
  const first = diagnosis.docker === null ? [] : [`docker prints: ${diagnosis.docker}`];
  return `${[...lines, '', verdict, ...first.map(printableLines)].join('\n')}\n`;
}

function renderCheck(check: Check, colour: boolean): string[] {
  const mark = colour ? `${COLOURS[check.status]}${MARKS[check.status]}\u001b[0m` : MARKS[check.status];
  const indent = ' '.repeat(26);
  // Parts of these are what a server sent that nobody vouches for; it must not drive the terminal.
  const said = [
    `${check.id.padEnd(20)} ${check.message}`,
    ...(check.docker === undefined ? [] : [`${indent}docker says: ${check.docker}`]),
    ...(check.browser === undefined ? [] : [`${indent}browsers say: ${check.browser}`]),
    ...(check.fix ?? []).map((one) => `${indent}-> ${one}`),
  ].map(printableLines);
  return [`${mark} ${said[0]}`, ...said.slice(1)];
}
