import { beforeAll, describe, expect, it } from 'vitest';
import { errorOf, useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/tags';
const TAGS = ['1', '10', '2', 'A', 'Z', '_x', 'a', 'z'];

beforeAll(async () => {
  for (const tag of [...TAGS].reverse()) await server.pushImage(REPOSITORY, tag, { unique: 'same' });
  for (const name of ['other/b', 'library/z', 'other/a']) await server.pushImage(name, 'latest');
});

async function tags(query = ''): Promise<{ tags: string[]; link: string | undefined }> {
  const answer = await server.ask('GET', `/v2/${REPOSITORY}/tags/list${query}`);
  expect(answer.status, answer.body.toString()).toBe(200);
  const body = JSON.parse(answer.body.toString()) as { name: string; tags: string[] };
  expect(body.name).toBe(REPOSITORY);
  return { tags: body.tags, link: answer.headers.link as string | undefined };
}

describe('tags/list', () => {
  it('is 404 for a repository that does not exist', async () => {
    const answer = await server.ask('GET', '/v2/library/never/tags/list');
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'NAME_UNKNOWN']);
  });

  it.each([
    '?n=x',
    '?n=-1',
    '?n=1.5',
    '?n=',
    '?n=1e3',
    '?n=1&n=2',
    '?n=99999999999999999999',
    `?last=${'x'.repeat(300)}`,
    '?last=%00',
    '?last=%ff',
  ])('refuses %s', async (query) => {
    const answer = await server.ask('GET', `/v2/${REPOSITORY}/tags/list${query}`);
    expect(answer.status).toBe(400);
    errorOf(answer);
  });

  it('has all in byte order', async () => {
    expect(await tags()).toEqual({ tags: TAGS, link: undefined });
    expect(await tags('?n=999999999')).toEqual({ tags: TAGS, link: undefined });
    expect(await tags(`?n=${TAGS.length}`)).toEqual({ tags: TAGS, link: undefined });
  });

  it('has none and no Link for n=0', async () => {
    expect(await tags('?n=0')).toEqual({ tags: [], link: undefined });
  });

  it('goes on after last, which need not exist', async () => {
    expect((await tags('?last=Z')).tags).toEqual(['_x', 'a', 'z']);
    expect((await tags('?last=B&n=1')).tags).toEqual(['Z']);
    expect((await tags('?last=zz')).tags).toEqual([]);
  });

  it('leads through all pages by Link', async () => {
    const seen: string[] = [];
    let query: string | undefined = '?n=3';
    while (query !== undefined) {
      const page: { tags: string[]; link: string | undefined } = await tags(query);
      seen.push(...page.tags);
      query = page.link && /^<\/v2\/library\/tags\/tags\/list(\?[^>]+)>; rel="next"$/.exec(page.link)?.[1];
    }
    expect(seen).toEqual(TAGS);
  });

  it('is an empty list when the last tag is gone', async () => {
    await server.pushImage('library/emptied', 'only');
    await server.ask('DELETE', '/v2/library/emptied/manifests/only');
    const answer = await server.ask('GET', '/v2/library/emptied/tags/list');
    expect(JSON.parse(answer.body.toString())).toEqual({ name: 'library/emptied', tags: [] });
  });
});

describe('_catalog', () => {
  const catalog = async (query = ''): Promise<{ repositories: string[]; link: string | undefined }> => {
    const answer = await server.ask('GET', `/v2/_catalog${query}`);
    expect(answer.status).toBe(200);
    return { ...(JSON.parse(answer.body.toString()) as { repositories: string[] }), link: answer.headers.link as string | undefined };
  };

  it('lists and pages in byte order', async () => {
    const all = (await catalog()).repositories;
    expect(all).toEqual([...all].sort());
    expect(all).toEqual(expect.arrayContaining(['library/z', 'other/a', 'other/b', REPOSITORY]));
    const page = await catalog('?n=1&last=other/a');
    expect(page.repositories).toEqual(['other/b']);
    expect((await catalog('?n=1')).link).toMatch(/^<\/v2\/_catalog\?n=1&last=[^>]+>; rel="next"$/);
    expect(await catalog('?n=0')).toEqual({ repositories: [], link: undefined });
  });
});
