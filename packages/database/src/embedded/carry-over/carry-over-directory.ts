import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres-error.ts';
import { syncDirectory, syncFile } from '../sync.ts';

/*
 *   cluster/                         serves
 *   carry-over/cluster/              the new cluster while it is filled
 *   carry-over/complete              written when it was verified: from here on the swap is finished, before it is thrown away
 *   cluster-<major>-kept-<time>/     the old cluster afterwards
 */
const DRAFT = 'carry-over';
const COMPLETE = 'complete';

/** The place of the new cluster while a carry-over is at work. */
export function draftCluster(dataDir: string): string {
  return join(dataDir, DRAFT, 'cluster');
}

/** Starts a carry-over anew. */
export async function makeDraft(dataDir: string): Promise<void> {
  await dropDraft(dataDir);
  mkdirSync(join(dataDir, DRAFT), { mode: 0o700 });
}

export async function dropDraft(dataDir: string): Promise<void> {
  await rm(join(dataDir, DRAFT), { recursive: true, force: true, maxRetries: 10 });
}

/** Records that the draft is whole and verified, and under which name the old cluster is to be kept. */
export function markComplete(dataDir: string, keptName: string): void {
  const directory = join(dataDir, DRAFT);
  const marker = join(directory, COMPLETE);
  writeFileSync(`${marker}.new`, keptName, { mode: 0o600 });
  syncFile(`${marker}.new`);
  renameSync(`${marker}.new`, marker);
  syncDirectory(directory);
  syncDirectory(dataDir);
}

/**
 * Brings a carry-over that was interrupted to an end: a complete one is swapped in, any other is dropped, since the old cluster
 * still is in its place. Safe to repeat after a crash at any step. Nothing may run on either cluster. Returns the directory where
 * the old cluster was put, if it was.
 */
export async function settleCarryOver(dataDir: string): Promise<string | undefined> {
  const marker = join(dataDir, DRAFT, COMPLETE);
  if (!existsSync(marker)) {
    await dropDraft(dataDir);
    return undefined;
  }
  const cluster = join(dataDir, 'cluster');
  const kept = join(dataDir, readFileSync(marker, 'utf8'));
  // Each rename is done once: after the first, `kept` exists; after the second, the draft's cluster is gone.
  if (!existsSync(kept)) {
    renameSync(cluster, kept);
    syncDirectory(dataDir);
  }
  if (existsSync(draftCluster(dataDir))) {
    renameSync(draftCluster(dataDir), cluster);
    syncDirectory(dataDir);
  }
  await dropDraft(dataDir);
  return kept;
}

/** A name for the old cluster that sorts by time. */
export function nameKept(major: number, now: Date): string {
  return `cluster-${major}-kept-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
}

/** Refuses to begin with an empty database where a former one was set aside: somebody moved or lost the one that replaced it. */
export function requireNothingKept(dataDir: string): void {
  const kept = readdirSync(dataDir).find((name) => /^cluster-\d+-kept-/.test(name));
  if (kept === undefined) return;
  throw new EmbeddedPostgresError(
    `${join(dataDir, 'cluster')} is missing, but an older database is kept in ${join(dataDir, kept)}. Berth does not start with an empty database in such a place. Put the missing directory back; or, to begin anew, move both away. Nothing was changed.`,
  );
}
