import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { LargeContent } from '../harness/random-bytes.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';
import type { Outcome } from './load.ts';
import type { Target } from './raw-connection.ts';

/**
 * Large transfers by curl: a client in Node spends as long on decrypting or making 300 MiB as the registry does on serving or storing
 * them, and would measure itself.
 */
export interface Transfer {
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
}

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;
/** One line for each transfer: status, bytes down, bytes up, seconds. */
const WRITTEN = '%{http_code} %{size_download} %{size_upload} %{time_total}\\n';

/** Gets `path` `times` times on each connection. */
export async function download(transfer: Transfer, path: string, times: number): Promise<Outcome> {
  const urls = Array.from({ length: times }, () => ['-o', '/dev/null', `${origin(transfer.target)}${path}`]).flat();
  return together(transfer.connections, () => curl(transfer, urls, 200));
}

/** Stores one blob of `size` new random bytes on each connection: POST, then all of it in one PUT, whose time counts. */
export async function upload(transfer: Transfer, repository: string, size: number): Promise<Outcome> {
  const folder = await scratchFolder('bench-upload');
  try {
    const blobs = await Promise.all(
      Array.from({ length: transfer.connections }, async (_, index) => {
        const content = new LargeContent(size);
        const file = join(folder, String(index));
        await pipeline(content.stream(), createWriteStream(file));
        return { file, digest: content.digest(), location: await startUpload(transfer, repository) };
      }),
    );
    // A registry that syncs would otherwise pay for what one that does not sync left unwritten in the round before.
    await run('sync', [], { timeout: TIMEOUT_MS });
    const waiting = [...blobs];
    return await together(transfer.connections, () => {
      const blob = waiting.pop();
      if (blob === undefined) throw new Error('There are more connections than blobs.');
      blob.location.searchParams.set('digest', blob.digest);
      const type = ['-H', 'Content-Type: application/octet-stream', '-H', 'Expect:'];
      return curl(transfer, [...type, '-o', '/dev/null', '-T', blob.file, blob.location.href], 201);
    });
  } finally {
    await removeFolder(folder);
  }
}

async function startUpload({ target, headers }: Transfer, repository: string): Promise<URL> {
  const answer = await fetch(`${origin(target)}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers });
  await answer.arrayBuffer();
  if (answer.status !== 202) throw new Error(`POST uploads answered ${answer.status}.`);
  return new URL(answer.headers.get('location') ?? '', origin(target));
}

/** All connections at once; the slowest says how long it took. */
async function together(connections: number, one: () => Promise<Outcome>): Promise<Outcome> {
  const outcomes = await Promise.all(Array.from({ length: connections }, one));
  return {
    operations: outcomes.reduce((sum, { operations }) => sum + operations, 0),
    bytes: outcomes.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: Math.max(...outcomes.map(({ seconds }) => seconds)),
  };
}

async function curl({ headers }: Transfer, args: readonly string[], expected: number): Promise<Outcome> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  // The certificate is the bench's own, made a moment ago; whether it is trusted is not what is measured.
  const { stdout } = await run(requireTool('curl'), ['-sSk', '-w', WRITTEN, ...given, ...args], { timeout: TIMEOUT_MS });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  for (const [status] of lines) if (status !== expected) throw new Error(`curl was answered ${status} instead of ${expected}.`);
  return {
    operations: lines.length,
    bytes: lines.reduce((sum, [, down = 0, up = 0]) => sum + down + up, 0),
    seconds: lines.reduce((sum, [, , , seconds = 0]) => sum + seconds, 0),
  };
}

function origin({ port, ca }: Target): string {
  return `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}
