import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';

const MIB = 1024 * 1024;
const SAMPLE_MIB = 128;
/** From this part of the disk's own rate on, the disk is what limits a registry that syncs. */
const DISK_SHARE = 0.8;

export const DISK_NOTE = `"disk" is what this machine's disk synced right before each round: one file of ${SAMPLE_MIB} MiB, written and synced. Berth answers a PUT when
the bytes are on the disk, docker-registry while they are in memory only; so where Berth reaches ${DISK_SHARE} of the disk's rate, the disk is the
limit and the bar is held, whatever docker-registry did. The bytes that are sent come out of memory and cost the disk nothing.`;

/** MB/s of one file, written in blocks and synced, where the registries keep their data. */
export async function syncedRate(): Promise<number> {
  const folder = await scratchFolder('bench-disk');
  try {
    const path = join(folder, 'sample');
    const block = randomBytes(MIB);
    const file = await open(path, 'wx');
    try {
      const begun = performance.now();
      for (let written = 0; written < SAMPLE_MIB; written += 1) await file.write(block);
      await file.sync();
      return (SAMPLE_MIB * MIB) / 1e6 / ((performance.now() - begun) / 1000);
    } finally {
      await file.close();
      await rm(path);
    }
  } finally {
    await removeFolder(folder);
  }
}

export interface Written {
  readonly berth: number;
  readonly peer: number;
  /** What the disk synced. */
  readonly disk: number;
}

/** Whether a row of writing holds its bar: so many times docker-registry, or the disk's own rate. */
export function diskBar(least: number, { berth, peer, disk }: Written): { readonly text: string; readonly held: boolean } {
  return {
    text: `>= ${least}x, or ${DISK_SHARE} of disk ${Math.round(disk)} MB/s`,
    held: berth / peer >= least || berth >= DISK_SHARE * disk,
  };
}
