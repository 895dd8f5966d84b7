import type { MigrationProgress, MigrationReport, Remark } from '@berth/migration';
import { EXIT } from '../../exit.ts';
import { message, printData, printTable } from '../../output.ts';
import { sizeInWords } from '../../registry/progress.ts';

/** Of each kind on a terminal; the rest is in the JSON. */
const SHOWN = 50;

export function progressLine({ report, at }: MigrationProgress): string {
  const [manifests, tags] = [report.countOf('manifest'), report.countOf('tag')];
  const done = `${manifests.made + manifests.there} manifests, ${tags.made + tags.there} tags, ${sizeInWords(report.bytes)} sent`;
  return at === '' ? done : `${done}: ${at}`;
}

/** Tells what was done and what was not; the exit code says whether something failed. `secretsFile`: it holds secrets. */
export function printReport(report: MigrationReport, json: boolean, secretsFile: string | undefined): void {
  const { problems, differences, stopped } = report;
  if (problems.length > 0 || stopped !== undefined) process.exitCode = EXIT.failure;
  if (json) printData(JSON.stringify({ ...report, ...(secretsFile === undefined ? {} : { secretsFile }) }));
  else printCounts(report);
  if (!json) {
    printRemarks('What is different here:', differences);
    printRemarks('What was not copied:', problems);
    if (report.unlisted > 0) message(`And ${report.unlisted} more, which are not listed.`);
  }
  if (secretsFile !== undefined) message(`New passwords and secrets are in ${secretsFile}: hand them over, and remove the file.`);
  message(stopped ?? closing(report));
}

function printCounts({ things, dryRun }: MigrationReport): void {
  const rows = Object.entries(things).map(([thing, { made, there, failed }]) => [thing, made, there, failed]);
  if (rows.length > 0) printTable(['', dryRun ? 'to copy' : 'copied', 'there', 'failed'], rows);
}

function printRemarks(title: string, remarks: readonly Remark[]): void {
  if (remarks.length === 0) return;
  message(title);
  for (const { about, name, sentence } of remarks.slice(0, SHOWN)) message(`  ${about} ${visible(name)}: ${visible(sentence)}`);
  if (remarks.length > SHOWN) message(`  and ${remarks.length - SHOWN} more; --json prints all.`);
}

/** Names come from another server: they must not steer the terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '');
}

function closing({ dryRun, bytes, mounted, problems }: MigrationReport): string {
  const size = sizeInWords(bytes);
  if (dryRun) return `Nothing was changed. At most ${size} would be sent.`;
  const sent = `${size} sent${mounted === 0 ? '' : `, ${mounted} blobs taken from other repositories of the destination`}`;
  if (problems.length > 0)
    return `Copied with ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; ${sent}. Once they are solved, run the same command again: it copies what is missing.`;
  return `Everything is copied; ${sent}.`;
}
