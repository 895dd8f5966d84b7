import { randomBytes } from 'node:crypto';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestHex, digestOfBytes } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { tarEntry } from '../../testing/layer-tar.ts';
import { brief, type Directory, layer, useFilesScene } from './files-scene.ts';

const scene = useFilesScene();
const { server, push, ask, never } = scene;

describe('a layer that cannot be read', () => {
  it.each<readonly [string, Buffer, string]>([
    ['leads outside', layer(['a/../../etc/passwd', 'x']), 'path'],
    ['has a path that is too long', longPath(), 'path'],
    ['is no tar', randomBytes(4_000), 'not a tar'],
    ['is cut short', layer(['a', randomBytes(100_000)]).subarray(0, 60_000), 'not a tar'],
    ['is compressed otherwise', Buffer.from('BZh91AY&SY and so on'), 'compression'],
    ['is a bomb', gzipSync(tarEntry('zeros', Buffer.alloc(600_000_000)), { level: 9 }), 'bomb'],
    ['removes what is no name', layer(['.wh...', '']), 'path'],
    ['links to a name with a zero byte', nulTarget(), 'path'],
  ])(
    'that %s: the others are shown, and the reason is told',
    async (what, bytes, problem) => {
      const list = await scene.listed(what.replaceAll(' ', '-'), [layer(['fine', 'yes']), bytes]);
      const root = await list('');
      expect(root).toMatchObject({ settled: true, layers: [{ state: 'ready' }, { state: 'unreadable', problem }] });
      expect(brief(root)).toEqual(['fine file 0']);
      expect(await server.knex('layer_directories').count()).not.toEqual([{ count: 0 }]);
    },
    60_000,
  );

  it('since it is damaged: read again some time after a push healed it', async () => {
    const bytes = layer(['healed', randomBytes(5_000)]);
    await scene.pushLayers('damaged:1', [bytes]);
    const stored = (await readdir(server.storageRoot, { recursive: true })).find((path) => path.includes(digestHex(digestOfBytes(bytes))));
    await truncate(join(server.storageRoot, stored ?? ''), 100);
    await ask('GET', `${scene.at('damaged')}/files`, { as: 'guest' });
    await scene.readLayers();
    const state = async (): Promise<unknown> =>
      (await ask('GET', `${scene.at('damaged')}/files`, { as: 'guest' })).json<Directory>().layers[0];
    expect(await state()).toMatchObject({ state: 'unreadable', problem: 'damaged' });
    await server.ask('HEAD', `/v2/team/damaged/blobs/${digestOfBytes(bytes)}`, { as: 'admin' });
    await push.blob('team/damaged', bytes);
    await server.knex.raw(`update layer_indexes set alive_at = alive_at - interval '11 minutes'`);
    expect(await state()).toMatchObject({ state: 'waiting' });
    await scene.readLayers();
    expect(await state()).toMatchObject({ state: 'ready' });
    // Of the HEAD that noticed the damage.
    expect(server.failures.map((error) => (error as Error).name)).toEqual(['StoredObjectDamagedError']);
  });

  it('whose reader died is read by the next one, anew', async () => {
    await scene.pushLayers('died:1', [layer(['a/b', 'x'])]);
    await ask('GET', `${scene.at('died')}/files`, { as: 'guest' });
    await server.knex.raw(`update layer_indexes set state = 'reading', alive_at = now() where state = 'waiting'`);
    expect(await server.files.indexer.work(never)).toEqual({ more: false });
    await server.knex.raw(`update layer_indexes set alive_at = now() - interval '3 minutes' where state = 'reading'`);
    await scene.readLayers();
    expect((await ask('GET', `${scene.at('died')}/files`, { as: 'guest' })).json<Directory>().layers[0]).toMatchObject({ state: 'ready' });
  });
});

function longPath(): Buffer {
  return gzipSync(Buffer.concat([pax('path', `${'a/'.repeat(1_100)}x`), tarEntry('short', Buffer.from('x')), Buffer.alloc(1024)]));
}

function nulTarget(): Buffer {
  return gzipSync(
    Buffer.concat([pax('linkpath', 'a\0b'), tarEntry('link', Buffer.alloc(0), { type: '2', target: 'a' }), Buffer.alloc(1024)]),
  );
}

/** A header for the entry behind it: ustar has 100 bytes for a name, and ends it at a NUL. */
function pax(key: string, value: string): Buffer {
  const record = ` ${key}=${value}\n`;
  const length = record.length + String(record.length + 4).length;
  return tarEntry('pax', Buffer.from(`${length}${record}`), { type: 'x' });
}
