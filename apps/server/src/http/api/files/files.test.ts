import { randomBytes } from 'node:crypto';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { comparison, fileChanges, foundFiles, imageDirectory } from '@berth/api-contract';
import { useTestDatabase } from '@berth/database/testing';
import { digestHex, digestOfBytes } from '@berth/oci';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { apiCalls } from '../../testing/api-calls.ts';
import { type Answer, basic, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { layerTar, type LayerItem, tarEntry } from '../../testing/layer-tar.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask } = apiCalls(server);
const never = new AbortController().signal;

type Directory = z.output<typeof imageDirectory>;
type Found = z.output<typeof foundFiles>;
type Changes = z.output<typeof fileChanges>;

beforeAll(async () => {
  await server.start(database.url);
  const id = await server.addProject('team', await server.addUser('admin', true));
  await server.addMembers(id);
}, 60_000);
afterAll(() => server.stop());

const at = (repository: string, reference = '1'): string => `/projects/team/repositories/${repository}/artifacts/${reference}`;

/** Reads every layer that waits. */
async function readLayers(): Promise<void> {
  while ((await server.files.indexer.work(never)).more) continue;
}

async function pushLayers(
  repository: string,
  reference: string,
  layers: readonly Buffer[],
  config?: Record<string, unknown>,
): Promise<void> {
  await push.image(`team/${repository}`, reference, {
    layers,
    layerType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ...(config === undefined ? {} : { config }),
  });
}

/** Pushes it, has it read, and answers what the API says of a directory. */
async function listed(repository: string, layers: readonly Buffer[]): Promise<(directory: string, query?: string) => Promise<Directory>> {
  await pushLayers(repository, '1', layers);
  await ask('GET', `${at(repository)}/files`, { as: 'guest' });
  await readLayers();
  return async (directory, query = '') => {
    const answer = await ask('GET', `${at(repository)}/files?directory=${encodeURIComponent(directory)}${query}`, { as: 'guest' });
    expect(answer.status, answer.text).toBe(200);
    return answer.json<Directory>();
  };
}

const layer = (...items: readonly (readonly [string, LayerItem])[]): Buffer => gzipSync(layerTar(items));
const brief = ({ files }: Pick<Directory, 'files'>): string[] => files.map(({ path, kind, layer: from }) => `${path} ${kind} ${from}`);

describe('a directory of an image', () => {
  it('is told to be waited for, is read once, and is listed then', async () => {
    await pushLayers('wait', '1', [layer(['etc/hosts', '127.0.0.1'])]);
    const first = (await ask('GET', `${at('wait')}/files`, { as: 'guest' })).json<Directory>();
    expect(first).toMatchObject({ settled: false, files: [], layers: [{ state: 'waiting' }] });
    await readLayers();
    const second = (await ask('GET', `${at('wait')}/files?directory=/etc/`, { as: 'guest' })).json<Directory>();
    expect(second).toMatchObject({
      settled: true,
      directory: 'etc',
      layers: [{ state: 'ready', entries: 2 }],
      files: [{ name: 'hosts', path: 'etc/hosts', kind: 'file', size: 9, mode: '0644', layer: 0 }],
      more: false,
    });
    expect(await server.files.indexer.work(never)).toEqual({ more: false });
  });

  it('shows the topmost of each name, what was removed, links and modes', async () => {
    const list = await listed('overlay', [
      layer(['usr', { directory: true, mode: 0o711 }], ['usr/a', 'low'], ['usr/b', 'low'], ['usr/c', 'low'], ['usr/d', 'low']),
      layer(['usr/a', 'higher'], ['usr/.wh.b', ''], ['usr/l', { symlink: '../bin/l' }], ['usr/h', { hardlink: 'usr/a' }]),
      layer(['usr/b', { file: 'again', mode: 0o4755 }], ['usr/.wh.c', '']),
    ]);
    const usr = await list('usr');
    expect(brief(usr)).toEqual(['usr/a file 1', 'usr/b file 2', 'usr/c removed 2', 'usr/d file 0', 'usr/h hardlink 1', 'usr/l symlink 1']);
    expect(usr.files.find(({ name }) => name === 'b')).toMatchObject({ mode: '4755', size: 5 });
    expect(usr.files.find(({ name }) => name === 'l')).toMatchObject({ target: '../bin/l' });
    expect((await list('')).files[0]).toMatchObject({ name: 'usr', kind: 'directory' });
  });

  it('hides what is below a directory that was removed, replaced or made anew', async () => {
    const list = await listed('hidden', [
      layer(['opt/old/x', ''], ['srv/deep/er/x', ''], ['var/x', ''], ['home/x', '']),
      layer(['.wh.opt', ''], ['srv/.wh.deep', ''], ['srv/deep/new', ''], ['var', 'a file now'], ['home/.wh..wh..opq', ''], ['home/y', '']),
      layer(['var/again', '']),
    ]);
    expect(brief(await list(''))).toEqual(['home directory 1', 'opt removed 1', 'srv directory 1', 'var directory 2']);
    expect(brief(await list('srv/deep'))).toEqual(['srv/deep/new file 1']);
    expect(brief(await list('var'))).toEqual(['var/again file 2']);
    expect(brief(await list('home'))).toEqual(['home/y file 1']);
    for (const gone of ['opt', 'opt/old', 'srv/deep/er', 'nowhere', 'home/y']) {
      const answer = await ask('GET', `${at('hidden')}/files?directory=${gone}`, { as: 'guest' });
      expect([answer.status, answer.text.includes('no directory')], gone).toEqual([404, true]);
    }
    const found = (await ask('GET', `${at('hidden')}/files/search?text=x`, { as: 'guest' })).json<Found>();
    expect(brief(found)).toEqual([]);
  });

  it('is paged in the byte order of names, over several layers and any number of names', async () => {
    const names = Array.from({ length: 1_300 }, (_, index) => `f${String(index).padStart(4, '0')}é😀`);
    const list = await listed('large', [
      layer(...names.map((name) => [`d/${name}`, ''] as const)),
      layer(...names.filter((_, index) => index % 2 === 0).map((name) => [`d/.wh.${name}`, ''] as const)),
    ]);
    const seen: string[] = [];
    for (let after = '', more = true; more; ) {
      const page = await list('d', `&limit=500&after=${encodeURIComponent(after)}`);
      seen.push(...page.files.map(({ name, kind }) => `${name} ${kind}`));
      after = page.files.at(-1)?.name ?? '';
      ({ more } = page);
    }
    expect(seen).toEqual(names.map((name, index) => `${name} ${index % 2 === 0 ? 'removed' : 'file'}`));
  });

  it('of an index is that of the image for the platform', async () => {
    await push.index('team/multi', 'all', ['linux/amd64', 'linux/arm64']);
    await ask('GET', `${at('multi', 'all')}/files`, { as: 'guest' });
    const answer = (await ask('GET', `${at('multi', 'all')}/files?platform=linux/arm64`, { as: 'guest' })).json<Directory>();
    expect(answer.platform).toBe('linux/arm64');
    const none = await ask('GET', `${at('multi', 'all')}/files?platform=linux/s390x`, { as: 'guest' });
    expect([none.status, none.text.includes('linux/amd64, linux/arm64')]).toEqual([400, true]);
    const nothing = await push.image('team/nothing', '1', { layers: [] });
    expect((await ask('GET', `${at('nothing', nothing.digest)}/files`, { as: 'guest' })).status).toBe(400);
  });
});

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
      const list = await listed(what.replaceAll(' ', '-'), [layer(['fine', 'yes']), bytes]);
      const root = await list('');
      expect(root).toMatchObject({ settled: true, layers: [{ state: 'ready' }, { state: 'unreadable', problem }] });
      expect(brief(root)).toEqual(['fine file 0']);
      expect(await server.knex('layer_directories').count()).not.toEqual([{ count: 0 }]);
    },
    60_000,
  );

  it('since it is damaged: read again some time after a push healed it', async () => {
    const bytes = layer(['healed', randomBytes(5_000)]);
    await pushLayers('damaged', '1', [bytes]);
    const stored = (await readdir(server.storageRoot, { recursive: true })).find((path) => path.includes(digestHex(digestOfBytes(bytes))));
    await truncate(join(server.storageRoot, stored ?? ''), 100);
    await ask('GET', `${at('damaged')}/files`, { as: 'guest' });
    await readLayers();
    const state = async (): Promise<unknown> => (await ask('GET', `${at('damaged')}/files`, { as: 'guest' })).json<Directory>().layers[0];
    expect(await state()).toMatchObject({ state: 'unreadable', problem: 'damaged' });
    await server.ask('HEAD', `/v2/team/damaged/blobs/${digestOfBytes(bytes)}`, { as: 'admin' });
    await push.blob('team/damaged', bytes);
    await server.knex.raw(`update layer_indexes set alive_at = alive_at - interval '11 minutes'`);
    expect(await state()).toMatchObject({ state: 'waiting' });
    await readLayers();
    expect(await state()).toMatchObject({ state: 'ready' });
  });

  it('whose reader died is read by the next one, anew', async () => {
    await pushLayers('died', '1', [layer(['a/b', 'x'])]);
    await ask('GET', `${at('died')}/files`, { as: 'guest' });
    await server.knex.raw(`update layer_indexes set state = 'reading', alive_at = now() where state = 'waiting'`);
    expect(await server.files.indexer.work(never)).toEqual({ more: false });
    await server.knex.raw(`update layer_indexes set alive_at = now() - interval '3 minutes' where state = 'reading'`);
    await readLayers();
    expect((await ask('GET', `${at('died')}/files`, { as: 'guest' })).json<Directory>().layers[0]).toMatchObject({ state: 'ready' });
  });
});

describe('search', () => {
  const search = async (repository: string, query: string): Promise<Found> => {
    const answer = await ask('GET', `${at(repository)}/files/search?${query}`, { as: 'guest' });
    expect(answer.status, answer.text).toBe(200);
    return answer.json();
  };
  /** Every page, with at most `limit` on each. */
  const searchAll = async (repository: string, query: string, limit: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: Found = await search(repository, `${query}&limit=${limit}&after=${encodeURIComponent(next)}`);
      expect(page.files.length).toBeLessThanOrEqual(limit);
      seen.push(...page.files.map(({ path }) => path));
      ({ next } = page);
    }
    return seen;
  };

  it('finds parts of names in any case, and takes wildcards as they are', async () => {
    await listed('search', [layer(['a/Some_File.txt', ''], ['b/other', ''], ['c%d', ''])]);
    expect((await search('search', 'text=some_f')).files.map(({ path }) => path)).toEqual(['a/Some_File.txt']);
    expect((await search('search', 'text=%25')).files.map(({ path }) => path)).toEqual(['c%d']);
    expect(await search('search', 'text=nothing')).not.toHaveProperty('next');
    expect((await ask('GET', `${at('search')}/files/search?text=`, { as: 'guest' })).status).toBe(422);
  });

  it('goes through many directories, and through many names of one, without leaving one out', async () => {
    const spread = Array.from({ length: 250 }, (_, index) => `many/d${String(index).padStart(3, '0')}/file`);
    const together = Array.from({ length: 1_200 }, (_, index) => `one/file${String(index).padStart(4, '0')}`);
    await listed('thorough', [
      layer(...[...spread, ...together].map((path) => [path, ''] as const)),
      layer(...together.filter((_, index) => index % 3 === 0).map((path) => [path.replace('file', '.wh.file'), ''] as const)),
    ]);
    const shown = [...spread, ...together.filter((_, index) => index % 3 !== 0)];
    for (const limit of [7, 500]) expect(await searchAll('thorough', 'text=FILE', limit)).toEqual(shown);
  });
});

describe('one file', () => {
  const content = randomBytes(70_000);
  const get = (path: string): Promise<Answer> =>
    ask('GET', `${at('file')}/files/content?path=${encodeURIComponent(path)}`, { as: 'guest' });

  it('comes as it is, from the layer that shows it, as an attachment', async () => {
    await listed('file', [layer(['bin/x', 'old']), layer(['bin/x', content], ['bin/l', { symlink: 'x' }], ['etc/é"\n', 'odd name'])]);
    const answer = await get('/bin/x');
    expect([answer.status, answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([
      200,
      'application/octet-stream',
      'nosniff',
    ]);
    expect(answer.headers['content-length']).toBe('70000');
    const whole = await fetch(`${server.url}/api/v2.0${at('file')}/files/content?path=bin/x`, {
      headers: { authorization: basic('guest', PASSWORD) },
    });
    expect(Buffer.from(await whole.arrayBuffer()).equals(content)).toBe(true);
    expect(answer.headers['content-disposition']).toBe("attachment; filename*=UTF-8''x");
    expect((await get('etc/é"\n')).text).toBe('odd name');
  });

  it('that is none is refused with the reason', async () => {
    for (const [path, status, words] of [
      ['bin/l', 405, 'is a link to \\"x\\"'],
      ['bin', 405, 'is a directory'],
      ['bin/y', 404, 'no file'],
    ] as const) {
      const answer = await get(path);
      expect(
        [status === 405 ? [405, 412].includes(answer.status) : answer.status === status, answer.text.includes(words)],
        answer.text,
      ).toEqual([true, true]);
    }
  });
});

describe('comparing', () => {
  const base = layer(['etc/os', 'one'], ['usr/lib/a', 'a'], ['usr/lib/b', 'b'], ['opt/x/y', '']);
  const changes = async (query = ''): Promise<Changes> =>
    (await ask('GET', `${at('compare')}/compare/files?with=team/compare:2${query}`, { as: 'guest' })).json();

  beforeAll(async () => {
    const config = { architecture: 'amd64', os: 'linux' };
    await pushLayers('compare', '1', [base, layer(['app/main', 'v1'], ['app/same', 's'])], {
      ...config,
      config: { Env: ['A=1', 'GONE=x'], User: 'root', Cmd: ['run'] },
    });
    await pushLayers(
      'compare',
      '2',
      [base, layer(['app/main', 'v2'], ['app/same', 's'], ['app/new', '']), layer(['.wh.opt', ''], ['usr/lib/.wh.a', ''])],
      {
        ...config,
        config: { Env: ['A=2', 'NEW='], User: 'app', Cmd: ['run'], Labels: { of: 'b' }, ExposedPorts: { '80/tcp': {} } },
      },
    );
    await changes();
    await readLayers();
  }, 60_000);

  it('tells shared and own layers, the config field by field, and sizes', async () => {
    const answer = await ask('GET', `${at('compare')}/compare?with=team/compare:2`, { as: 'guest' });
    const { layers, config, from, to } = answer.json<z.output<typeof comparison>>();
    expect(layers.map((one) => one.in)).toEqual(['both', 'from', 'to', 'to']);
    expect(to.size).toBeGreaterThan(from.size);
    expect(config).toEqual([
      { field: 'user', from: 'root', to: 'app' },
      { field: 'env', name: 'A', from: '1', to: '2' },
      { field: 'env', name: 'GONE', from: 'x' },
      { field: 'env', name: 'NEW', to: '' },
      { field: 'label', name: 'of', to: 'b' },
      { field: 'port', name: '80/tcp', to: '' },
    ]);
  });

  it('tells files that came, went and changed, whole or page by page', async () => {
    const expected = ['opt removed', 'app/main changed', 'app/new added', 'usr/lib/a removed'];
    const told = (page: Changes): string[] => page.changes.map(({ path, change }) => `${path} ${change}`);
    const whole = await changes();
    expect(told(whole)).toEqual(expected);
    expect(whole).not.toHaveProperty('next');
    expect(whole.changes[1]).toMatchObject({ from: { kind: 'file', size: 2, mode: '0644' }, to: { size: 2 } });
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: Changes = await changes(`&limit=1${next === '' ? '' : `&after=${encodeURIComponent(next)}`}`);
      seen.push(...told(page));
      ({ next } = page);
    }
    expect(seen).toEqual(expected);
  });

  it('goes through many directories and names without leaving one out', async () => {
    const spread = Array.from({ length: 250 }, (_, index) => `many/d${String(index).padStart(3, '0')}/file`);
    const together = Array.from({ length: 1_200 }, (_, index) => `one/file${String(index).padStart(4, '0')}`);
    const all = [...spread, ...together].map((path) => [path, 'old'] as const);
    const changed = all.map(([path], index) => [path, index % 5 === 0 ? 'new' : 'old'] as const);
    await pushLayers('wide', '1', [base, layer(...all)], { of: 'one' });
    await pushLayers('wide', '2', [base, layer(...changed)], { of: 'two' });
    const page = async (after: string | undefined): Promise<Changes> => {
      const query = `with=team/wide:2&limit=60${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
      return (await ask('GET', `${at('wide')}/compare/files?${query}`, { as: 'guest' })).json();
    };
    await page(undefined);
    await readLayers();
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const found: Changes = await page(next);
      seen.push(...found.changes.map(({ path }) => path));
      ({ next } = found);
    } while (next !== undefined);
    expect(seen).toEqual(changed.filter(([, content]) => content === 'new').map(([path]) => path));
  });

  it('sees that a directory was emptied by being made anew', async () => {
    await pushLayers('emptied', '1', [base], { of: 'one' });
    await pushLayers('emptied', '2', [base, layer(['usr/lib/.wh..wh..opq', ''])], { of: 'two' });
    const compare = async (): Promise<Changes> =>
      (await ask('GET', `${at('emptied')}/compare/files?with=team/emptied:2`, { as: 'guest' })).json();
    await compare();
    await readLayers();
    expect((await compare()).changes.map(({ path, change }) => `${path} ${change}`)).toEqual(['usr/lib/a removed', 'usr/lib/b removed']);
  });

  it('an image with itself finds nothing', async () => {
    const answer = await ask('GET', `${at('compare')}/compare/files?with=team/compare:1`, { as: 'guest' });
    expect(answer.json()).toMatchObject({ settled: true, unreadable: [], changes: [] });
  });

  it('asks for the right to pull the other one', async () => {
    await server.addProject('secret', 1);
    await push.image('secret/app', '1');
    for (const other of ['secret/app:1', 'nothing/app:1'])
      expect((await ask('GET', `${at('compare')}/compare?with=${other}`, { as: 'guest' })).status).toBe(404);
    expect((await ask('GET', `${at('compare')}/compare?with=nonsense`, { as: 'guest' })).status).toBe(400);
  });
});

it('lists go with their blob, and with time', async () => {
  await server.knex.raw(`update layer_indexes set used_at = now() - interval '31 days'`);
  await readLayers();
  expect(await server.knex('layer_directories').count()).toEqual([{ count: 0 }]);
  // Of the HEAD that noticed the damage.
  expect(server.failures.map((error) => (error as Error).name)).toEqual(['StoredObjectDamagedError']);
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
