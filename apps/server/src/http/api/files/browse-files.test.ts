import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Answer, basic, PASSWORD } from '../../testing/ask.ts';
import { brief, type Directory, type Found, layer, useFilesScene } from './files-scene.ts';

const scene = useFilesScene();
const { server, push, ask, never } = scene;

describe('a directory of an image', () => {
  it('is told to be waited for, is read once, and is listed then', async () => {
    await scene.pushLayers('wait:1', [layer(['etc/hosts', '127.0.0.1'])]);
    const first = (await ask('GET', `${scene.at('wait')}/files`, { as: 'guest' })).json<Directory>();
    expect(first).toMatchObject({ settled: false, files: [], layers: [{ state: 'waiting' }] });
    await scene.readLayers();
    const second = (await ask('GET', `${scene.at('wait')}/files?directory=/etc/`, { as: 'guest' })).json<Directory>();
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
    const list = await scene.listed('overlay', [
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
    const list = await scene.listed('hidden', [
      layer(['opt/old/x', ''], ['srv/deep/er/x', ''], ['var/x', ''], ['home/x', '']),
      layer(['.wh.opt', ''], ['srv/.wh.deep', ''], ['srv/deep/new', ''], ['var', 'a file now'], ['home/.wh..wh..opq', ''], ['home/y', '']),
      layer(['var/again', '']),
    ]);
    expect(brief(await list(''))).toEqual(['home directory 1', 'opt removed 1', 'srv directory 1', 'var directory 2']);
    expect(brief(await list('srv/deep'))).toEqual(['srv/deep/new file 1']);
    expect(brief(await list('var'))).toEqual(['var/again file 2']);
    expect(brief(await list('home'))).toEqual(['home/y file 1']);
    for (const gone of ['opt', 'opt/old', 'srv/deep/er', 'nowhere', 'home/y']) {
      const answer = await ask('GET', `${scene.at('hidden')}/files?directory=${gone}`, { as: 'guest' });
      expect([answer.status, answer.text.includes('no directory')], gone).toEqual([404, true]);
    }
    const found = (await ask('GET', `${scene.at('hidden')}/files/search?text=x`, { as: 'guest' })).json<Found>();
    expect(brief(found)).toEqual([]);
  });

  it('is paged in the byte order of names, over several layers and any number of names', async () => {
    const names = Array.from({ length: 1_300 }, (_, index) => `f${String(index).padStart(4, '0')}é😀`);
    const list = await scene.listed('large', [
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
    await ask('GET', `${scene.at('multi', 'all')}/files`, { as: 'guest' });
    const answer = (await ask('GET', `${scene.at('multi', 'all')}/files?platform=linux/arm64`, { as: 'guest' })).json<Directory>();
    expect(answer.platform).toBe('linux/arm64');
    const none = await ask('GET', `${scene.at('multi', 'all')}/files?platform=linux/s390x`, { as: 'guest' });
    expect([none.status, none.text.includes('linux/amd64, linux/arm64')]).toEqual([400, true]);
    const nothing = await push.image('team/nothing', '1', { layers: [] });
    expect((await ask('GET', `${scene.at('nothing', nothing.digest)}/files`, { as: 'guest' })).status).toBe(400);
  });
});

describe('search', () => {
  const search = async (repository: string, query: string): Promise<Found> => {
    const answer = await ask('GET', `${scene.at(repository)}/files/search?${query}`, { as: 'guest' });
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
    await scene.listed('search', [layer(['a/Some_File.txt', ''], ['b/other', ''], ['c%d', ''])]);
    expect((await search('search', 'text=some_f')).files.map(({ path }) => path)).toEqual(['a/Some_File.txt']);
    expect((await search('search', 'text=%25')).files.map(({ path }) => path)).toEqual(['c%d']);
    expect(await search('search', 'text=nothing')).not.toHaveProperty('next');
    expect((await ask('GET', `${scene.at('search')}/files/search?text=`, { as: 'guest' })).status).toBe(422);
  });

  it('goes through many directories, and through many names of one, without leaving one out', async () => {
    const spread = Array.from({ length: 250 }, (_, index) => `many/d${String(index).padStart(3, '0')}/file`);
    const together = Array.from({ length: 1_200 }, (_, index) => `one/file${String(index).padStart(4, '0')}`);
    await scene.listed('thorough', [
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
    ask('GET', `${scene.at('file')}/files/content?path=${encodeURIComponent(path)}`, { as: 'guest' });

  it('comes as it is, from the layer that shows it, as an attachment', async () => {
    await scene.listed('file', [layer(['bin/x', 'old']), layer(['bin/x', content], ['bin/l', { symlink: 'x' }], ['etc/é"\n', 'odd name'])]);
    const answer = await get('/bin/x');
    expect([answer.status, answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([
      200,
      'application/octet-stream',
      'nosniff',
    ]);
    expect(answer.headers['content-length']).toBe('70000');
    const whole = await fetch(`${server.url}/api/v2.0${scene.at('file')}/files/content?path=bin/x`, {
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

it('lists go with time, when nobody asks for them', async () => {
  await scene.listed('forgotten', [layer(['a', 'x'])]);
  await server.knex.raw(`update layer_indexes set used_at = now() - interval '31 days'`);
  await scene.readLayers();
  expect(await server.knex('layer_directories').count()).toEqual([{ count: 0 }]);
});
