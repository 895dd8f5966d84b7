import { digestOfBytes } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { errorOf, sha256, useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/single';
let serial = 0;

/** Content that no other test pushed. */
function fresh(bytes = 1000): Buffer {
  serial += 1;
  return Buffer.alloc(bytes, `content ${serial} `);
}

async function stored(digest: string): Promise<Buffer | undefined> {
  const answer = await server.ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`);
  return answer.status === 200 ? answer.body : undefined;
}

describe('a blob in one request', () => {
  it('refuses content with another digest, and keeps nothing', async () => {
    const blobs = await server.count('blobs');
    const answer = await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${sha256('other')}`, { body: fresh() });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'DIGEST_INVALID', message: expect.stringContaining('upload it again') });
    expect([await server.count('upload_sessions'), await server.count('blobs')]).toEqual([0, blobs]);
  });

  it.each(['sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', ''])('refuses the digest %j', async (digest) => {
    const answer = await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${digest}`, { body: 'x' });
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'DIGEST_INVALID']);
  });

  it('refuses two digests, whichever is right', async () => {
    const body = fresh();
    const answer = await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${sha256(body)}&digest=${sha256('x')}`, { body });
    expect(answer.status).toBe(400);
  });

  it('refuses an encoded body', async () => {
    const body = fresh();
    const headers = { 'content-encoding': 'gzip' };
    const answer = await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${sha256(body)}`, { body, headers });
    expect(answer.status).toBe(415);
  });

  it.each([
    ['known length', false],
    ['stream', true],
  ])('takes a blob of %s', async (_name, chunked) => {
    const body = fresh(2_500_000);
    const digest = sha256(body);
    const answer = await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${digest}`, { body, chunked });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ location: `/v2/${REPOSITORY}/blobs/${digest}`, 'docker-content-digest': digest });
    expect((await stored(digest))?.equals(body)).toBe(true);
    expect(await server.count('upload_sessions')).toBe(0);
  });

  it('takes the empty blob', async () => {
    const digest = sha256('');
    expect((await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${digest}`, { body: '' })).status).toBe(201);
    const head = await server.ask('HEAD', `/v2/${REPOSITORY}/blobs/${digest}`);
    expect([head.status, head.headers['content-length']]).toEqual([200, '0']);
    expect((await stored(digest))?.length).toBe(0);
  });

  it('takes sha512', async () => {
    const body = fresh();
    const digest = digestOfBytes(body, 'sha512');
    expect((await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest=${digest}`, { body })).status).toBe(201);
    expect((await stored(digest))?.equals(body)).toBe(true);
  });

  it('stores the same content once for two repositories', async () => {
    const body = fresh();
    await server.pushBlob(REPOSITORY, body);
    const before = await server.count('blobs');
    await server.pushBlob('library/second', body);
    expect(await server.count('blobs')).toBe(before);
    expect((await server.ask('GET', `/v2/library/second/blobs/${sha256(body)}`)).body.equals(body)).toBe(true);
  });

  it('takes parallel pushes of one blob', async () => {
    const body = fresh(300_000);
    const digest = sha256(body);
    const before = await server.count('blobs');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        server.ask('POST', `/v2/library/parallel${index % 3}/blobs/uploads/?digest=${digest}`, { body }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
    expect(await server.count('blobs')).toBe(before + 1);
    expect(await server.count('upload_sessions')).toBe(0);
  });
});
