import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

/** A layer as tar makes it, gzipped, of these files by their paths; the same files are always the same bytes. */
export async function layerOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-layer-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    const { stdout } = await promisify(execFile)('tar', ['-cf', '-', ...same, '.'], { cwd: folder, encoding: 'buffer' });
    return gzipSync(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}
