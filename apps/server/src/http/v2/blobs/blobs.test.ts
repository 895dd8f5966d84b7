import { rm, truncate, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import type { Digest } from '@berth/oci';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, errorOf, sha256, useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/blobs';
const CONTENT = Buffer.from(Array.from({ length: 2048 }, (_, index) => index % 251));
const DIGEST = sha256(CONTENT) as Digest;
const PATH = `/v2/${REPOSITORY}/blobs/${DIGEST}`;

beforeEach(async () => {
  server.gate.mayPush = true;
  server.gate.hidden.clear();
  await server.pushBlob(REPOSITORY, CONTENT);
  server.troubles.length = 0;
});

function ranged(range: string, more: Record<string, string> = {}): Promise<Answer> {
  return server.ask('GET', PATH, { headers: { range, ...more } });
}

describe('GET and HEAD', () => {
  it.each(['GET', 'HEAD'])('%s answers 404 for a blob that another repository holds', async (method) => {
    const answer = await server.ask(method, `/v2/library/stranger/blobs/${DIGEST}`);
    expect(answer.status).toBe(404);
    if (method === 'GET') expect(errorOf(answer).code).toBe('BLOB_UNKNOWN');
    else expect(answer.body.length).toBe(0);
  });

  it('the same headers for both, with the digest', async () => {
    const [got, head] = [await server.ask('GET', PATH), await server.ask('HEAD', PATH)];
    expect(got.body.equals(CONTENT)).toBe(true);
    expect(head.body.length).toBe(0);
    for (const { status, headers } of [got, head]) {
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-length': '2048',
        'docker-content-digest': DIGEST,
        etag: `"${DIGEST}"`,
        'accept-ranges': 'bytes',
        'content-type': 'application/octet-stream',
        'docker-distribution-api-version': 'registry/2.0',
        'x-request-id': 'test-request',
      });
    }
  });

  it.each([`"${DIGEST}"`, `W/"${DIGEST}"`, `"x", "${DIGEST}"`, '*'])('If-None-Match %s is 304 without a body', async (tag) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await server.ask(method, PATH, { headers: { 'if-none-match': tag } });
      expect([answer.status, answer.body.length, answer.headers['docker-content-digest']]).toEqual([304, 0, DIGEST]);
      expect((await server.ask(method, PATH, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    }
  });

  it('escaped colons name the same blob', async () => {
    expect((await server.ask('GET', PATH.replace(':', '%3A'))).status).toBe(200);
  });

  it('a large blob comes whole', async () => {
    const large = Buffer.alloc(5_000_000, 'large blob ');
    await server.pushBlob(REPOSITORY, large);
    const seen = server.measures.length;
    for (let round = 0; round < 3; round += 1) {
      expect((await server.ask('GET', `/v2/${REPOSITORY}/blobs/${sha256(large)}`)).body.equals(large)).toBe(true);
    }
    // A client that closes as soon as it has everything did not leave early.
    await expect.poll(() => server.measures.slice(seen).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

describe('ranges', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=500-1499', 500, 1499],
    ['bytes=500-', 500, 2047],
    ['bytes=-500', 1548, 2047],
    ['bytes=-5000', 0, 2047],
    ['bytes=2000-5000', 2000, 2047],
    ['BYTES = 1-2', 1, 2],
  ])('%s', async (range, start, end) => {
    const answer = await ranged(range);
    expect(answer.status).toBe(206);
    expect(answer.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/2048`,
      'content-length': String(end - start + 1),
      'docker-content-digest': DIGEST,
    });
    expect(answer.body.equals(CONTENT.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=500-0', 'bytes=5000-10000', 'bytes=2048-', 'bytes=-0', 'bytes=', 'bytes=a-b', 'bytes=1-2-3', 'bytes=-', 'bytes=0x1-2'])(
    '%s is 416 with the length',
    async (range) => {
      const answer = await ranged(range);
      expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */2048']);
      expect(errorOf(answer).message).toMatch(/range|bytes/);
    },
  );

  it('many or overlapping ranges are refused', async () => {
    expect((await ranged(`bytes=${Array.from({ length: 17 }, (_, index) => `${index}-${index}`).join(',')}`)).status).toBe(416);
    expect((await ranged('bytes=0-2000,0-2000')).status).toBe(416);
  });

  it('several come as multipart, those outside left out', async () => {
    const answer = await ranged('bytes=0-9,100-109,-5,9000-');
    expect(answer.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=([0-9a-f]{32})$/.exec(answer.headers['content-type'] ?? '')?.[1];
    const part = (start: number, end: number): string =>
      `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${start}-${end}/2048\r\n\r\n${CONTENT.subarray(start, end + 1).toString('latin1')}`;
    expect(answer.body.toString('latin1')).toBe(`${[part(0, 9), part(100, 109), part(2043, 2047)].join('\r\n')}\r\n--${boundary}--\r\n`);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  it('several are opened one after the other, and nothing stays open when one of them cannot be', async () => {
    const digest = await server.pushBlob(REPOSITORY, Buffer.alloc(900_000, 'ranges'));
    const open = server.calls.open;
    let most = 0;
    let opened = 0;
    server.calls.open = async (path, flags) => {
      opened += 1;
      if (opened === 3) throw Object.assign(new Error('Too many open files'), { code: 'EMFILE' });
      const fd = await open(path, flags);
      most = Math.max(most, server.openFiles.size);
      return fd;
    };
    const request = server.ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`, { headers: { range: 'bytes=0-9,20-29,40-49,60-69' } });
    await expect(request).rejects.toThrow();
    server.restoreCalls();
    await vi.waitFor(() => expect(server.openFiles.size).toBe(0));
    expect(most).toBe(1);
  });

  it('another unit, and an If-Range of something else, get the whole', async () => {
    expect((await ranged('lines=1-2')).status).toBe(200);
    expect((await ranged('bytes=1-2', { 'if-range': '"other"' })).status).toBe(200);
    expect((await ranged('bytes=1-2', { 'if-range': `"${DIGEST}"` })).status).toBe(206);
  });
});

describe('mounts', () => {
  const mount = (target: string, query: string): Promise<Answer> =>
    server.ask('POST', `/v2/${target}/blobs/uploads/?mount=${DIGEST}${query}`);

  it.each(['&from=library/blobs', ''])('mounts with "%s"', async (from) => {
    const target = `library/mounted${from.length}`;
    const answer = await mount(target, from);
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ location: `/v2/${target}/blobs/${DIGEST}`, 'docker-content-digest': DIGEST });
    expect((await server.ask('GET', answer.headers.location ?? '')).body.equals(CONTENT)).toBe(true);
    expect(await server.count('upload_sessions')).toBe(0);
  });

  it.each([
    ['a repository without it', `&from=other/empty`],
    ['a name without a project', '&from=ubuntu'],
    ['a name of which no project could be called the first part', '&from=my--team/app'],
    ['another such name', '&from=my__team/app'],
  ])('starts an upload instead, from %s', async (_name, from) => {
    const answer = await mount('library/unmounted', from);
    expect([answer.status, answer.headers.range]).toEqual([202, '0-0']);
    expect((await server.ask('HEAD', `/v2/library/unmounted/blobs/${DIGEST}`)).status).toBe(404);
    expect((await server.ask('DELETE', answer.headers.location ?? '')).status).toBe(204);
  });

  it('starts an upload when the caller may not pull from the source, named or found', async () => {
    const secret = Buffer.from('a secret blob');
    await server.pushBlob('other/secret', secret);
    server.gate.hidden.add('other/secret');
    for (const from of ['&from=other/secret', '']) {
      const answer = await server.ask('POST', `/v2/library/thief/blobs/uploads/?mount=${sha256(secret)}${from}`);
      expect(answer.status).toBe(202);
    }
    expect((await server.ask('HEAD', `/v2/library/thief/blobs/${sha256(secret)}`)).status).toBe(404);
  });

  it.each([
    '?mount=sha256:x&from=library/blobs',
    `?mount=${DIGEST}&from=Library/Blobs`,
    `?mount=${DIGEST}&from=../blobs`,
    `?mount=${DIGEST}&from=a&from=b`,
  ])('refuses %s', async (query) => {
    expect((await server.ask('POST', `/v2/library/app/blobs/uploads/${query}`)).status).toBe(400);
  });
});

describe('DELETE', () => {
  it('hides the blob here at once, and only here', async () => {
    const body = Buffer.from('to be deleted');
    await server.pushBlob(REPOSITORY, body);
    await server.pushBlob('library/keeper', body);
    const path = `/v2/${REPOSITORY}/blobs/${sha256(body)}`;
    expect((await server.ask('DELETE', path)).status).toBe(202);
    expect([
      (await server.ask('GET', path)).status,
      (await server.ask('HEAD', path)).status,
      (await server.ask('DELETE', path)).status,
    ]).toEqual([404, 404, 404]);
    expect((await server.ask('GET', `/v2/library/keeper/blobs/${sha256(body)}`)).status).toBe(200);
  });

  it('is 405 while a manifest uses the blob', async () => {
    const image = await server.pushImage(REPOSITORY, 'used', { layers: ['used layer'] });
    for (const digest of [image.config, ...image.layers]) {
      const answer = await server.ask('DELETE', `/v2/${REPOSITORY}/blobs/${digest}`);
      expect([answer.status, errorOf(answer).code, answer.headers.allow]).toEqual([405, 'UNSUPPORTED', 'GET, HEAD']);
    }
    await server.ask('DELETE', `/v2/${REPOSITORY}/manifests/${image.digest}`);
    expect((await server.ask('DELETE', `/v2/${REPOSITORY}/blobs/${image.config}`)).status).toBe(202);
  });

  it('lets the bytes go later, by the outbox', async () => {
    const body = Buffer.from('bytes that go later');
    await server.pushBlob(REPOSITORY, body);
    const file = await fileOf(sha256(body));
    expect((await server.ask('DELETE', `/v2/${REPOSITORY}/blobs/${sha256(body)}`)).status).toBe(202);
    await server.registry.garbage.workDeletions(100);
    expect(await fileOf(sha256(body))).toBe(file);
    await server.knex('blob_deletions').update({ not_before: server.knex.raw("now() - interval '1 minute'") });
    expect((await server.registry.garbage.workDeletions(100)).removed).toBeGreaterThan(0);
    expect(await fileOf(sha256(body))).toBeUndefined();
    expect(await server.count('blob_deletions')).toBe(0);
  });
});

describe('damaged bytes', () => {
  const damage: Record<string, (file: string) => Promise<void>> = {
    missing: (file) => rm(file),
    short: (file) => truncate(file, 100),
    emptied: (file) => truncate(file, 0),
    lengthened: (file) => writeFile(file, Buffer.alloc(900_001)),
  };

  it.each(Object.keys(damage))('%s: never a clean 200; HEAD of a pusher says 404; a push heals', async (kind) => {
    const body = Buffer.alloc(900_000, `${kind} `);
    const digest = sha256(body);
    const path = `/v2/${REPOSITORY}/blobs/${digest}`;
    await server.pushBlob(REPOSITORY, body);
    await damage[kind]?.((await fileOf(digest)) ?? '');
    const answer = await server.ask('GET', path).catch(() => undefined);
    expect(answer === undefined || answer.status >= 500).toBe(true);
    const part = await server.ask('GET', path, { headers: { range: 'bytes=800000-899999' } }).catch(() => undefined);
    expect(part === undefined || part.status >= 500).toBe(true);
    expect((await server.ask('HEAD', path)).status).toBe(404);
    await server.pushBlob(REPOSITORY, body);
    expect((await server.ask('HEAD', path)).status).toBe(200);
    expect((await server.ask('GET', path)).body.equals(body)).toBe(true);
  });

  it('a short copy heals when another repository pushes the same', async () => {
    const body = Buffer.alloc(900_000, 'healed from elsewhere ');
    await server.pushBlob(REPOSITORY, body);
    await truncate((await fileOf(sha256(body))) ?? '', 100);
    await server.pushBlob('library/healer', body);
    for (const repository of [REPOSITORY, 'library/healer']) {
      expect((await server.ask('GET', `/v2/${repository}/blobs/${sha256(body)}`)).body.equals(body)).toBe(true);
    }
  });

  it('a flipped bit heals when the repository that holds the blob pushes it again', async () => {
    const body = Buffer.alloc(900_000, 'flipped ');
    await server.pushBlob(REPOSITORY, body);
    const wrong = Buffer.from(body);
    wrong[450_000] = 0;
    await writeFile((await fileOf(sha256(body))) ?? '', wrong);
    await server.pushBlob(REPOSITORY, body);
    expect((await server.ask('GET', `/v2/${REPOSITORY}/blobs/${sha256(body)}`)).body.equals(body)).toBe(true);
  });
});

describe('leases', () => {
  const lease = async (): Promise<number> => {
    const [row] = await server
      .knex('repository_blobs as l')
      .join('blobs as b', 'b.id', 'l.blob_id')
      .where('b.digest', DIGEST)
      .where('l.repository_id', repositoryId())
      .select(server.knex.raw('extract(epoch from l.lease_until - now())::float as seconds'));
    return (row as { seconds: number }).seconds;
  };
  const repositoryId = () => server.knex('repositories').where('name', REPOSITORY).select('id');
  const runLow = () =>
    server
      .knex('repository_blobs')
      .where('repository_id', repositoryId())
      .update({ lease_until: server.knex.raw("now() + interval '5 minutes'") });

  it('HEAD of a pusher renews a lease that runs low; of a puller it does not', async () => {
    await runLow();
    server.gate.mayPush = false;
    expect((await server.ask('HEAD', PATH)).status).toBe(200);
    expect(await lease()).toBeLessThan(301);
    server.gate.mayPush = true;
    expect((await server.ask('HEAD', PATH)).status).toBe(200);
    expect(await lease()).toBeGreaterThan(1800);
  });
});

it('a reader that stands still is cut by the minimum rate', async () => {
  const large = Buffer.alloc(64 * 1024 * 1024, 'standstill ');
  await server.pushBlob(REPOSITORY, large);
  await new Promise<void>((resolve, reject) => {
    get(`${server.url}/v2/${REPOSITORY}/blobs/${sha256(large)}`, { agent: false }, (response) => {
      response.on('error', () => undefined).pause();
      resolve();
    }).on('error', reject);
  });
  const seen = server.measures.length;
  // The first windows see how what fits into the sockets' buffers moves; from then on nothing does.
  const afterAWindow = (): readonly number[] => {
    server.now += 3_600_000;
    server.rateGuard.tick();
    return server.measures.slice(seen).map(({ status }) => status);
  };
  await expect.poll(afterAWindow).toEqual([499]);
});

async function fileOf(digest: string): Promise<string | undefined> {
  return (await server.filesOf(digest))[0];
}
