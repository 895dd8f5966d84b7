import { afterEach, describe, expect, it } from 'vitest';
import { systemCalls } from '@berth/blob-store';
import { errorOf, sha256, useV2Server } from './testing/v2-test-server.ts';

const server = useV2Server();
let serial = 0;

function fresh(): Buffer {
  serial += 1;
  return Buffer.alloc(100_000, `fault ${serial} `);
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}

afterEach(() => {
  server.restoreCalls();
  server.troubles.length = 0;
});

describe('a full or broken disk', () => {
  it.each([
    ['ENOSPC', 507, 'STORAGE_FULL'],
    ['EDQUOT', 507, 'STORAGE_FULL'],
    ['EIO', 503, 'UNAVAILABLE'],
  ])('%s while writing is %i: nothing is visible, pulls go on, and the push works once there is room', async (errno, status, code) => {
    const kept = fresh();
    await server.pushBlob('library/faults', kept);
    const body = fresh();
    const path = `/v2/library/faults/blobs/uploads/?digest=${sha256(body)}`;
    server.calls.write = () => Promise.reject(failure(errno));
    const answer = await server.ask('POST', path, { body });
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
    expect(answer.body.toString()).not.toContain('made by the test');
    expect((await server.ask('HEAD', `/v2/library/faults/blobs/${sha256(body)}`)).status).toBe(404);
    expect(await server.count('upload_sessions')).toBe(0);
    expect((await server.ask('GET', `/v2/library/faults/blobs/${sha256(kept)}`)).body.equals(kept)).toBe(true);
    server.restoreCalls();
    expect((await server.ask('POST', path, { body })).status).toBe(201);
    expect((await server.ask('GET', `/v2/library/faults/blobs/${sha256(body)}`)).body.equals(body)).toBe(true);
  });

  it.each(['fdatasync', 'fsync', 'rename'] as const)('every failing %s on the way of a push: no 201, and no blob', async (call) => {
    for (let failAt = 1; ; failAt += 1) {
      const body = fresh();
      let calls = 0;
      const real = systemCalls[call] as (...given: never[]) => Promise<void>;
      server.calls[call] = ((...given: never[]) => {
        calls += 1;
        return calls === failAt ? Promise.reject(failure('EIO')) : real(...given);
      }) as never;
      const answer = await server.ask('POST', `/v2/library/faults/blobs/uploads/?digest=${sha256(body)}`, { body });
      server.restoreCalls();
      const head = await server.ask('HEAD', `/v2/library/faults/blobs/${sha256(body)}`);
      if (calls < failAt) {
        expect([answer.status, head.status]).toEqual([201, 200]);
        return;
      }
      expect([call, failAt, answer.status, head.status]).toEqual([call, failAt, 503, 404]);
    }
  });

  it('a full disk in the middle of an upload keeps what was acknowledged', async () => {
    const body = fresh();
    const location = (await server.ask('POST', '/v2/library/faults/blobs/uploads/')).headers.location ?? '';
    await server.ask('PATCH', location, { body: body.subarray(0, 50_000), chunked: true });
    server.calls.write = () => Promise.reject(failure('ENOSPC'));
    expect((await server.ask('PATCH', location, { body: body.subarray(50_000), chunked: true })).status).toBe(507);
    server.restoreCalls();
    expect((await server.ask('GET', location)).headers.range).toBe('0-49999');
    expect((await server.ask('PUT', `${location}?digest=${sha256(body)}`, { body: body.subarray(50_000) })).status).toBe(201);
  });

  it('a read error in the middle of a blob breaks the connection, so that the body never looks whole', async () => {
    const body = Buffer.alloc(6_000_000, 'read error ');
    await server.pushBlob('library/faults', body);
    let calls = 0;
    server.calls.read = (fd, buffer, position) => {
      calls += 1;
      return calls < 4 ? systemCalls.read(fd, buffer, position) : Promise.reject(failure('EIO'));
    };
    await expect(server.ask('GET', `/v2/library/faults/blobs/${sha256(body)}`)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect(server.troubles.length).toBeGreaterThan(0);
  });
});

describe('a database that is away', () => {
  it('no 201 without its commit, and no word of its insides', async () => {
    const body = fresh();
    await server.knex.raw('alter table blobs rename to blobs_away');
    try {
      const answer = await server.ask('POST', `/v2/library/faults/blobs/uploads/?digest=${sha256(body)}`, { body });
      expect(answer.status).toBe(500);
      expect(answer.body.toString()).not.toMatch(/blobs_away|relation|select/i);
    } finally {
      await server.knex.raw('alter table blobs_away rename to blobs');
    }
    expect((await server.ask('HEAD', `/v2/library/faults/blobs/${sha256(body)}`)).status).toBe(404);
    expect((await server.ask('POST', `/v2/library/faults/blobs/uploads/?digest=${sha256(body)}`, { body })).status).toBe(201);
  });

  it('a finish whose commit failed works when it is asked again', async () => {
    const body = fresh();
    const location = (await server.ask('POST', '/v2/library/faults/blobs/uploads/')).headers.location ?? '';
    await server.ask('PATCH', location, { body, chunked: true });
    await server.knex.raw('alter table repository_blobs rename to links_away');
    try {
      expect((await server.ask('PUT', `${location}?digest=${sha256(body)}`)).status).toBe(500);
    } finally {
      await server.knex.raw('alter table links_away rename to repository_blobs');
    }
    expect((await server.ask('PUT', `${location}?digest=${sha256(body)}`)).status).toBe(201);
    expect((await server.ask('GET', `/v2/library/faults/blobs/${sha256(body)}`)).body.equals(body)).toBe(true);
  });

  it.each(['cancelled by its client', 'left to expire'])('what a failed commit had sealed goes when the upload is %s', async (how) => {
    const body = fresh();
    const location = (await server.ask('POST', '/v2/library/faults/blobs/uploads/')).headers.location ?? '';
    await server.ask('PATCH', location, { body, chunked: true });
    await server.knex.raw('alter table repository_blobs rename to links_away');
    try {
      expect((await server.ask('PUT', `${location}?digest=${sha256(body)}`)).status).toBe(500);
    } finally {
      await server.knex.raw('alter table links_away rename to repository_blobs');
    }
    expect(await server.filesOf(sha256(body))).toHaveLength(1);
    if (how === 'left to expire') {
      await server.knex('upload_sessions').update({ claimed_until: null, active_at: server.knex.raw("now() - interval '2 days'") });
      await server.registry.garbage.expireUploads(86_400, 100);
    } else {
      expect((await server.ask('DELETE', location)).status).toBe(204);
    }
    expect(await server.filesOf(sha256(body))).toEqual([]);
    expect(await server.knex('upload_sessions').where('id', location.split('/').at(-1))).toEqual([]);
  });
});

describe('an upload that loses its claim while its body arrives', () => {
  it('stores nothing and says so', async () => {
    const body = fresh();
    const location = (await server.ask('POST', '/v2/library/faults/blobs/uploads/')).headers.location ?? '';
    const half = Buffer.concat([
      Buffer.from(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`),
      body.subarray(0, 60_000),
    ]);
    const { answer, send } = server.rawInSteps(half);
    const session = () => server.knex('upload_sessions').where('id', location.split('/').at(-1));
    await expect.poll(() => session().first('claim')).toMatchObject({ claim: 1 });
    // Another process takes over, as it may when this one was stopped for longer than a claim holds.
    await session().update({ claim: 2 });
    send(body.subarray(60_000));
    expect(await answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(await session().first('stored_offset')).toMatchObject({ stored_offset: 0 });
  });
});
