import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, statfs, writeFile } from 'node:fs/promises';
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
const HEAD_BYTES = 16;
const MEMORY = '/dev/shm';
/** Two files, then a command that reads them. */
const FED = 'head=$1; rest=$2; shift 2; cat "$head" "$rest" | "$@"';

interface Expected {
  readonly expected: number;
  readonly input?: readonly string[];
}

/** One line for each transfer: status, bytes down, bytes up, seconds. */
const WRITTEN = '%{http_code} %{size_download} %{size_upload} %{time_total}\\n';

/** Gets `path` `times` times on each connection. */
export async function download(transfer: Transfer, path: string, times: number): Promise<Outcome> {
  const urls = Array.from({ length: times }, () => ['-o', '/dev/null', `${origin(transfer.target)}${path}`]).flat();
  return together(transfer.connections, () => curl(transfer, urls, { expected: 200 }));
}

/**
 * Stores one blob of `size` new random bytes on each connection: POST, then all of it in one PUT, whose time counts. The blobs differ in
 * their first bytes and share the rest, which lies in memory, so that no disk but the registry's is at work.
 */
export async function upload(transfer: Transfer, repository: string, size: number): Promise<Outcome> {
  const folder = await memoryFolder(size);
  try {
    const rest = join(folder, 'rest');
    const content = new LargeContent(size - HEAD_BYTES);
    await pipeline(content.stream(), createWriteStream(rest));
    const blobs = await Promise.all(
      Array.from({ length: transfer.connections }, async (_, index) => {
        const head = randomBytes(HEAD_BYTES);
        const file = join(folder, String(index));
        await writeFile(file, head);
        const hash = createHash('sha256').update(head);
        for (const block of content.blocks()) hash.update(block);
        return { file, digest: `sha256:${hash.digest('hex')}`, location: await startUpload(transfer, repository) };
      }),
    );
    // A registry that syncs would otherwise pay for what one that does not sync left unwritten in the round before.
    await run('sync', [], { timeout: TIMEOUT_MS });
    const waiting = [...blobs];
    return await together(transfer.connections, () => {
      const blob = waiting.pop();
      if (blob === undefined) throw new Error('There are more connections than blobs.');
      blob.location.searchParams.set('digest', blob.digest);
      // A length instead of chunks, as for a file.
      const given = ['Content-Type: application/octet-stream', 'Expect:', 'Transfer-Encoding:', `Content-Length: ${size}`];
      const args = [...given.flatMap((header) => ['-H', header]), '-o', '/dev/null', '-T', '-', blob.location.href];
      return curl(transfer, args, { expected: 201, input: [blob.file, rest] });
    });
  } finally {
    await removeFolder(folder);
  }
}

/** Under /dev/shm where it has room for the content twice; else where scratch folders are. */
async function memoryFolder(size: number): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => undefined);
  if (memory === undefined || memory.bavail * memory.bsize < 2 * size) return scratchFolder('bench-upload');
  return mkdtemp(join(MEMORY, 'berth-bench-upload-'));
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

/** `input`: files that are sent one after the other. */
async function curl({ headers }: Transfer, args: readonly string[], { expected, input = [] }: Expected): Promise<Outcome> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  // The certificate is the bench's own, made a moment ago; whether it is trusted is not what is measured.
  const all = ['-sSk', '-w', WRITTEN, ...given, ...args];
  const [command, ...rest] =
    input.length === 0 ? [requireTool('curl'), ...all] : ['sh', '-c', FED, 'sh', ...input, requireTool('curl'), ...all];
  const { stdout } = await run(command, rest, { timeout: TIMEOUT_MS });
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
