import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { waitFor } from '../harness/processes.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';
import { parseTrace, type SystemCall } from './trace.ts';

const TRACED = 'fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,read,write,writev,sendto,sendmsg';

scenario('the order of system calls', ['root', 'strace'], () => {
  let berth: Berth;
  let folder: string;
  let client: RegistryClient;

  beforeAll(async () => {
    folder = await scratchFolder('trace');
    const strace = [requireTool('strace'), '-D', '-f', '-y', '-s', '160', '-e', `trace=${TRACED}`, '-o', join(folder, 'trace')];
    berth = await Berth.start({ wrapper: strace });
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    // The project and the token exist before what is looked at.
    await client.pushImage('order/app', 'first', 'first');
  });
  afterAll(async () => {
    client?.close();
    await berth?.dispose();
    await removeFolder(folder);
  });

  const calls = async (until: (all: SystemCall[]) => boolean): Promise<SystemCall[]> =>
    waitFor('strace to write what happened', 10_000, async () => {
      const all = parseTrace(await readFile(join(folder, 'trace'), 'utf8'));
      return until(all) && all;
    });

  it('syncs a blob, renames it, syncs its folder and commits before it answers 201', async () => {
    const bytes = randomBytes(300_000);
    const hex = sha256(bytes).slice(7);
    await client.pushBlob('order/app', bytes);
    const isRename = (call: SystemCall): boolean => /^(rename|link)/.test(call.name) && call.text.includes(hex);
    const all = await calls((seen) => seen.some((call) => isRename(call) && created(seen, call.end) !== undefined));
    const rename = all.find(isRename);
    if (rename === undefined) throw new Error('The blob was never renamed to its digest.');
    const [from = '', to = ''] = [...rename.text.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
    const place = to.slice(0, to.lastIndexOf('/'));
    const bytesSynced = all.find((call) => isSync(call) && call.text.includes(`<${from}>`) && call.end < rename.start);
    expect(bytesSynced, `a sync of ${from} before its rename`).toBeDefined();
    const folderSynced = all.find((call) => isSync(call) && call.text.includes(`<${place}>`) && call.start > rename.end);
    expect(folderSynced, `a sync of the folder ${place} after the rename`).toBeDefined();
    const answer = created(all, rename.end);
    expect(folderSynced?.end).toBeLessThan(answer?.start ?? 0);
    const committed = all.find(
      (call) => isSync(call) && call.text.includes('pg_wal') && call.start > (folderSynced?.end ?? 0) && call.end < (answer?.start ?? 0),
    );
    expect(committed, 'a sync of the write-ahead log between the folder and the answer').toBeDefined();
  });

  it('commits a manifest before it answers 201', async () => {
    await client.pushImage('order/app', 'marked-tag', randomBytes(100));
    const isAsk = (call: SystemCall): boolean => call.name === 'read' && call.text.includes('PUT /v2/order/app/manifests/marked-tag');
    const all = await calls((seen) => seen.some((call) => isAsk(call) && created(seen, call.end) !== undefined));
    const asked = all.filter(isAsk).at(-1);
    const answer = created(all, asked?.end ?? 0);
    const committed = all.find(
      (call) => isSync(call) && call.text.includes('pg_wal') && call.start > (asked?.end ?? 0) && call.end < (answer?.start ?? 0),
    );
    expect(committed, 'a sync of the write-ahead log between the request and the answer').toBeDefined();
  });
});

function isSync(call: SystemCall): boolean {
  return (call.name === 'fsync' || call.name === 'fdatasync') && call.succeeded;
}

/** The first 201 that begins to be written after a moment. */
function created(all: readonly SystemCall[], after: number): SystemCall | undefined {
  return all.find((call) => /^(write|writev|sendto|sendmsg)$/.test(call.name) && call.start > after && call.text.includes('HTTP/1.1 201'));
}
