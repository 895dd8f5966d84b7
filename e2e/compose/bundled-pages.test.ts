import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../harness/processes.ts';
import { CHECKOUT } from '../harness/scratch.ts';

/** What the bundle asks of an engine, without one: the images themselves are looked at by the compose tests. */
const ENGINE = `#!/bin/sh
case "$*" in
  *'{{.Os}}/{{.Architecture}}'*) echo linux/amd64 ;;
  *'{{.Id}}'*) echo sha256:0000 ;;
  save*) while [ "$1" != --output ]; do shift; done; echo image >"$2" ;;
esac
`;

// The script packs with GNU's tar.
describe.runIf(process.platform === 'linux')('an offline bundle', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-bundle-'));
    const programs = join(folder, 'bin');
    await mkdir(programs);
    await writeFile(join(programs, 'docker'), ENGINE);
    await chmod(join(programs, 'docker'), 0o755);
    const made = await run('sh', [join(CHECKOUT, 'deploy/make-offline-bundle.sh'), '--output', folder], {
      env: { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` },
    });
    await run('tar', ['-C', folder, '-xzf', made.stdout.trim()]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has pages that lead only to what is in it', async () => {
    const release = join(folder, 'berth-0.1.0');
    const pages = (await readdir(release, { recursive: true })).filter((path) => path.endsWith('.md'));
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'docs/README.md', 'docs/backup.md', 'docs/storage.md', 'helm/berth/README.md']),
    );
    const dead: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(release, page), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        if (/^https?:/.test(link)) continue;
        await stat(join(release, dirname(page), link)).catch(() => dead.push(`${page}: ${link}`));
      }
    }
    expect(dead).toEqual([]);
  });
});
