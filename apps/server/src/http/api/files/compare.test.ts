import type { comparison } from '@berth/api-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Changes, layer, useFilesScene } from './files-scene.ts';

const scene = useFilesScene();
const { server, push, ask } = scene;

describe('comparing', () => {
  const base = layer(['etc/os', 'one'], ['usr/lib/a', 'a'], ['usr/lib/b', 'b'], ['opt/x/y', '']);
  const changes = async (query = ''): Promise<Changes> =>
    (await ask('GET', `${scene.at('compare')}/compare/files?with=team/compare:2${query}`, { as: 'guest' })).json();

  beforeAll(async () => {
    const config = { architecture: 'amd64', os: 'linux' };
    await scene.pushLayers('compare:1', [base, layer(['app/main', 'v1'], ['app/same', 's'])], {
      ...config,
      config: { Env: ['A=1', 'GONE=x'], User: 'root', Cmd: ['run'] },
    });
    await scene.pushLayers(
      'compare:2',
      [base, layer(['app/main', 'v2'], ['app/same', 's'], ['app/new', '']), layer(['.wh.opt', ''], ['usr/lib/.wh.a', ''])],
      {
        ...config,
        config: { Env: ['A=2', 'NEW='], User: 'app', Cmd: ['run'], Labels: { of: 'b' }, ExposedPorts: { '80/tcp': {} } },
      },
    );
    await changes();
    await scene.readLayers();
  }, 60_000);

  it('tells shared and own layers, the config field by field, and sizes', async () => {
    const answer = await ask('GET', `${scene.at('compare')}/compare?with=team/compare:2`, { as: 'guest' });
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
    await scene.pushLayers('wide:1', [base, layer(...all)], { of: 'one' });
    await scene.pushLayers('wide:2', [base, layer(...changed)], { of: 'two' });
    const page = async (after: string | undefined): Promise<Changes> => {
      const query = `with=team/wide:2&limit=60${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
      return (await ask('GET', `${scene.at('wide')}/compare/files?${query}`, { as: 'guest' })).json();
    };
    await page(undefined);
    await scene.readLayers();
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
    await scene.pushLayers('emptied:1', [base], { of: 'one' });
    await scene.pushLayers('emptied:2', [base, layer(['usr/lib/.wh..wh..opq', ''])], { of: 'two' });
    const compare = async (): Promise<Changes> =>
      (await ask('GET', `${scene.at('emptied')}/compare/files?with=team/emptied:2`, { as: 'guest' })).json();
    await compare();
    await scene.readLayers();
    expect((await compare()).changes.map(({ path, change }) => `${path} ${change}`)).toEqual(['usr/lib/a removed', 'usr/lib/b removed']);
  });

  it('an image with itself finds nothing', async () => {
    const answer = await ask('GET', `${scene.at('compare')}/compare/files?with=team/compare:1`, { as: 'guest' });
    expect(answer.json()).toMatchObject({ settled: true, unreadable: [], changes: [] });
  });

  it('asks for the right to pull the other one', async () => {
    await server.addProject('secret', 1);
    await push.image('secret/app', '1');
    for (const other of ['secret/app:1', 'nothing/app:1'])
      expect((await ask('GET', `${scene.at('compare')}/compare?with=${other}`, { as: 'guest' })).status).toBe(404);
    expect((await ask('GET', `${scene.at('compare')}/compare?with=nonsense`, { as: 'guest' })).status).toBe(400);
  });
});
