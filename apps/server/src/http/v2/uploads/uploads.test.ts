import { connect } from 'node:net';
import { digestOfBytes } from '@berth/oci';
import type { RegistryPorts } from '@berth/registry';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorOf, sha256, useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/uploads';
let serial = 0;

/** Content that no other test pushed. */
function fresh(bytes = 1000): Buffer {
  serial += 1;
  return Buffer.alloc(bytes, `content ${serial} `);
}

async function start(query = ''): Promise<string> {
  const answer = await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/${query}`);
  expect(answer.status).toBe(202);
  return answer.headers.location ?? '';
}

async function offset(location: string): Promise<string | undefined> {
  const answer = await server.ask('GET', location);
  expect(answer.status).toBe(204);
  expect(answer.headers.location).toBe(location);
  return answer.headers.range as string | undefined;
}

async function stored(digest: string): Promise<Buffer | undefined> {
  const answer = await server.ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`);
  return answer.status === 200 ? answer.body : undefined;
}

/** Every test leaves no session behind that it did not mean to, and nobody was told of trouble. */
beforeEach(async () => {
  await server.knex('upload_sessions').update({ claimed_until: null, active_at: server.knex.raw("now() - interval '1 day'") });
  await server.registry.garbage.expireUploads(60, 1000);
  server.troubles.length = 0;
  server.gate.hidden.clear();
});

describe('in chunks', () => {
  it('takes chunks in order and the last one with the PUT', async () => {
    const body = fresh(2000);
    const location = await start();
    expect(await offset(location)).toBe('0-0');
    const patched = await server.ask('PATCH', location, { body: body.subarray(0, 700), headers: { 'content-range': '0-699' } });
    expect([patched.status, patched.headers.range, patched.headers.location]).toEqual([202, '0-699', location]);
    expect(await offset(location)).toBe('0-699');
    await server.ask('PATCH', location, { body: body.subarray(700, 1500), headers: { 'content-range': '700-1499' } });
    const put = await server.ask('PUT', `${location}?digest=${sha256(body)}`, {
      body: body.subarray(1500),
      headers: { 'content-range': '1500-1999' },
    });
    expect(put.status, put.body.toString()).toBe(201);
    expect((await stored(sha256(body)))?.equals(body)).toBe(true);
    expect((await server.ask('GET', location)).status).toBe(404);
  });

  it.each([
    ['PATCH', 'ahead', '900-999'],
    ['PATCH', 'again from the start', '0-99'],
    ['PUT', 'ahead', '900-999'],
    ['PUT', 'again from the start', '0-99'],
  ])('%s out of order, %s: 416 that says where to go on, and the upload stands', async (method, _name, range) => {
    const body = fresh();
    const location = await start();
    await server.ask('PATCH', location, { body: body.subarray(0, 500), headers: { 'content-range': '0-499' } });
    const target = method === 'PUT' ? `${location}?digest=${sha256(body)}` : location;
    const refused = await server.ask(method, target, { body: body.subarray(900), headers: { 'content-range': range } });
    expect(refused.status).toBe(416);
    expect(refused.headers).toMatchObject({ location, range: '0-499' });
    expect(errorOf(refused)).toMatchObject({ code: 'BLOB_UPLOAD_INVALID', detail: { offset: 500 } });
    expect(await offset(location)).toBe('0-499');
    const put = await server.ask('PUT', `${location}?digest=${sha256(body)}`, {
      body: body.subarray(500),
      headers: { 'content-range': '500-999' },
    });
    expect(put.status).toBe(201);
  });

  it.each(['x', '5-1', '-5', '0-', '0-99,200-299', 'bytes=0-99', '99999999999999999999-99999999999999999999'])(
    'refuses the Content-Range %j',
    async (range) => {
      const location = await start();
      const answer = await server.ask('PATCH', location, { body: fresh(100), headers: { 'content-range': range } });
      expect([answer.status, errorOf(answer).code]).toEqual([400, 'BLOB_UPLOAD_INVALID']);
      expect(await offset(location)).toBe('0-0');
    },
  );

  it.each([
    ['shorter', 50, false],
    ['longer', 150, false],
    ['shorter and streamed', 50, true],
    ['longer and streamed', 150, true],
  ])('refuses a body %s than its range, and keeps none of it', async (_name, bytes, chunked) => {
    const location = await start();
    const answer = await server.ask('PATCH', location, { body: fresh(bytes), headers: { 'content-range': '0-99' }, chunked });
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'SIZE_INVALID']);
    expect(await offset(location)).toBe('0-0');
  });

  it('goes on without Content-Range wherever the upload stands', async () => {
    const body = fresh(300);
    const location = await start();
    for (const from of [0, 100, 200]) {
      expect((await server.ask('PATCH', location, { body: body.subarray(from, from + 100), chunked: true })).status).toBe(202);
    }
    expect((await server.ask('PUT', `${location}?digest=${sha256(body)}`)).status).toBe(201);
  });

  it('finishes in another process, which hashed nothing: by the saved digest, and by reading back', async () => {
    const { Uploads } = await import('@berth/registry');
    const whole = fresh(5000);
    const location = await start();
    await server.ask('PATCH', location, { body: whole, chunked: true });
    const other = new Uploads({ ...portsOf(), report: () => undefined });
    const id = location.split('/').at(-1) as never;
    const target = { id, repository: REPOSITORY as never, actor: 'user:1' as never };
    await other.finish(target, sha256(whole) as never, { source: bytesOf(Buffer.alloc(0)) });
    expect((await stored(sha256(whole)))?.equals(whole)).toBe(true);

    const split = fresh(5000);
    const second = await start();
    await server.ask('PATCH', second, { body: split.subarray(0, 2000), chunked: true });
    const elsewhere = { ...target, id: second.split('/').at(-1) as never };
    await other.append(elsewhere, { source: bytesOf(split.subarray(2000, 3000)) });
    const last = await server.ask('PUT', `${second}?digest=${sha256(split)}`, { body: split.subarray(3000) });
    expect(last.status, last.body.toString()).toBe(201);
    expect((await stored(sha256(split)))?.equals(split)).toBe(true);
  });

  it('finishes with sha512 what was begun as sha256, and the other way round', async () => {
    const one = fresh();
    const location = await start();
    await server.ask('PATCH', location, { body: one, chunked: true });
    expect((await server.ask('PUT', `${location}?digest=${digestOfBytes(one, 'sha512')}`)).status).toBe(201);
    const two = fresh();
    const other = await start('?digest-algorithm=sha512');
    await server.ask('PATCH', other, { body: two.subarray(0, 10), chunked: true });
    expect((await server.ask('PUT', `${other}?digest=${sha256(two)}`, { body: two.subarray(10) })).status).toBe(201);
    expect((await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/?digest-algorithm=md5`)).status).toBe(400);
  });

  it('drops an upload that was finished with the wrong digest', async () => {
    const location = await start();
    await server.ask('PATCH', location, { body: fresh(), chunked: true });
    const put = await server.ask('PUT', `${location}?digest=${sha256('wrong')}`);
    expect([put.status, errorOf(put).code]).toEqual([400, 'DIGEST_INVALID']);
    expect((await server.ask('GET', location)).status).toBe(404);
  });

  it.each(['', '?digest=', '?digest=sha256:x'])('refuses to finish with %j, and keeps the upload', async (query) => {
    const body = fresh();
    const location = await start();
    await server.ask('PATCH', location, { body, chunked: true });
    const put = await server.ask('PUT', `${location}${query}`);
    expect([put.status, errorOf(put).code]).toEqual([400, 'DIGEST_INVALID']);
    expect((await server.ask('PUT', `${location}?digest=${sha256(body)}`)).status).toBe(201);
  });
});

describe('whose upload', () => {
  it('is unknown to another user, in another repository, and by another name', async () => {
    const location = await start();
    const id = location.split('/').at(-1);
    for (const [path, as] of [
      [location, 'somebody'],
      [`/v2/library/elsewhere/blobs/uploads/${id}`, undefined],
      [`/v2/${REPOSITORY}/blobs/uploads/00000000-0000-4000-8000-000000000000`, undefined],
      [`/v2/${REPOSITORY}/blobs/uploads/not-a-uuid`, undefined],
    ] as const) {
      for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
        const answer = await server.ask(method, `${path}?digest=${sha256('x')}`, { ...(as && { as }), body: 'x' });
        expect([method, path, answer.status]).toEqual([method, path, 404]);
        expect(errorOf(answer).code).toBe('BLOB_UPLOAD_UNKNOWN');
      }
    }
    expect(await offset(location)).toBe('0-0');
  });

  it('is one request at a time', async () => {
    const location = await start();
    const target = { id: location.split('/').at(-1) as never, repository: REPOSITORY as never, actor: 'user:1' as never };
    const claim = await portsOf().uploadSessions.claim(target);
    expect(claim.outcome).toBe('claimed');
    const answer = await server.ask('PATCH', location, { body: 'x' });
    expect([answer.status, errorOf(answer).code, answer.headers['retry-after']]).toEqual([429, 'TOOMANYREQUESTS', '1']);
  });
});

describe('ending', () => {
  it('cancel removes the session and its bytes', async () => {
    const location = await start();
    await server.ask('PATCH', location, { body: fresh(), chunked: true });
    const cancelled = await server.ask('DELETE', location);
    expect([cancelled.status, cancelled.body.length]).toEqual([204, 0]);
    expect((await server.ask('DELETE', location)).status).toBe(404);
    expect(await server.count('upload_sessions')).toBe(0);
    expect(await pendingFiles()).toEqual([]);
  });

  it('a client that leaves in the middle may go on from what arrived', async () => {
    const body = fresh(200_000);
    const location = await start();
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n`);
        socket.write(body.subarray(0, 150_000), () => setTimeout(() => socket.destroy(), 50));
      });
      socket.on('close', () => resolve());
    });
    await expect
      .poll(() => server.knex('upload_sessions').first('stored_offset', 'claimed_until'))
      .toMatchObject({ stored_offset: 150_000, claimed_until: null });
    expect(await offset(location)).toBe('0-149999');
    const put = await server.ask('PUT', `${location}?digest=${sha256(body)}`, {
      body: body.subarray(150_000),
      headers: { 'content-range': '150000-199999' },
    });
    expect(put.status, put.body.toString()).toBe(201);
    expect((await stored(sha256(body)))?.equals(body)).toBe(true);
    expect(server.troubles).toEqual([]);
  });

  it('a client that leaves a single POST leaves nothing', async () => {
    const body = fresh(100_000);
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`POST /v2/${REPOSITORY}/blobs/uploads/?digest=${sha256(body)} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n`);
        socket.write(body.subarray(0, 50_000), () => setTimeout(() => socket.destroy(), 100));
      });
      socket.on('close', () => resolve());
    });
    await expect.poll(() => server.count('upload_sessions')).toBe(0);
    await expect.poll(pendingFiles).toEqual([]);
    expect(await stored(sha256(body))).toBeUndefined();
  });

  it('a body slower than the minimum rate is cut, and what arrived is kept', async () => {
    const location = await start();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n`);
    socket.write(Buffer.alloc(1000));
    await expect.poll(() => server.knex('upload_sessions').first('claimed_until')).not.toMatchObject({ claimed_until: null });
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.now += 61_000;
    server.rateGuard.tick();
    await closed;
    await expect.poll(() => server.knex('upload_sessions').first('stored_offset')).toMatchObject({ stored_offset: 1000 });
  });

  it('an expired upload goes with its bytes, others stay', async () => {
    const old = await start();
    await server.ask('PATCH', old, { body: fresh(), chunked: true });
    const young = await start();
    await server
      .knex('upload_sessions')
      .where('id', old.split('/').at(-1))
      .update({ active_at: server.knex.raw("now() - interval '2 days'") });
    const result = await server.registry.garbage.expireUploads(86_400, 10);
    expect(result).toEqual({ removed: 1, failed: 0, more: false });
    expect((await server.ask('GET', old)).status).toBe(404);
    expect((await server.ask('GET', young)).status).toBe(204);
    expect(await pendingFiles()).toEqual([]);
  });
});

describe('100-continue', () => {
  const head = (target: string, more = ''): string =>
    `PUT ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n${more}\r\n`;

  it('is sent when the body is wanted', async () => {
    const body = fresh(10);
    const location = await start();
    const socket = connect(server.port, '127.0.0.1');
    let seen = '';
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('data', (chunk) => {
      seen += chunk.toString();
      if (seen.includes('100 Continue')) socket.write(body);
    });
    socket.write(head(`${location}?digest=${sha256(body)}`, 'Content-Length: 10\r\n'));
    await closed;
    expect(seen).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
  });

  it('is not sent for a refused request', async () => {
    const seen = await server.raw(
      head(`/v2/${REPOSITORY}/blobs/uploads/00000000-0000-4000-8000-000000000000?digest=${sha256('x')}`, 'Content-Length: 10\r\n'),
    );
    expect(seen).toMatch(/^HTTP\/1\.1 404 /);
    expect(seen).toContain('BLOB_UPLOAD_UNKNOWN');
  });
});

async function pendingFiles(): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(`${server.root}/blobs/pending`, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

function portsOf(): RegistryPorts {
  return server.ports;
}

function bytesOf(bytes: Buffer): { length: number; copyTo(sink: (chunk: Buffer) => Promise<void> | undefined): Promise<void> } {
  return {
    length: bytes.length,
    async copyTo(sink) {
      if (bytes.length > 0) await sink(bytes);
    },
  };
}
