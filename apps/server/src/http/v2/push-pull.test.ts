import { OCI_MANIFEST } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { sha256, useV2Server } from './testing/v2-test-server.ts';

const server = useV2Server();

describe('push and pull', () => {
  it('takes an image as docker pushes it, and gives the same bytes back', async () => {
    const layer = Buffer.alloc(3_000_000, 'layer ');
    const digest = sha256(layer);
    const started = await server.ask('POST', '/v2/library/app/blobs/uploads/', { body: '' });
    expect(started.status).toBe(202);
    const location = started.headers.location ?? '';
    expect(location).toMatch(/^\/v2\/library\/app\/blobs\/uploads\/[0-9a-f-]{36}$/);
    const patched = await server.ask('PATCH', location, { body: layer, chunked: true });
    expect(patched.status).toBe(202);
    expect(patched.headers.range).toBe('0-2999999');
    const finished = await server.ask('PUT', `${patched.headers.location}?digest=${encodeURIComponent(digest)}`, { body: '' });
    expect(finished.status, finished.body.toString()).toBe(201);
    expect(finished.headers.location).toBe(`/v2/library/app/blobs/${digest}`);
    expect(finished.headers['docker-content-digest']).toBe(digest);
    const image = await server.pushImage('library/app', 'latest', { layers: [layer] });
    const pulled = await server.ask('GET', '/v2/library/app/manifests/latest', { headers: { accept: OCI_MANIFEST } });
    expect(pulled.status).toBe(200);
    expect(pulled.headers['content-type']).toBe(OCI_MANIFEST);
    expect(pulled.headers['docker-content-digest']).toBe(image.digest);
    expect(pulled.body.equals(image.manifest)).toBe(true);
    const blob = await server.ask('GET', `/v2/library/app/blobs/${digest}`);
    expect(blob.status).toBe(200);
    expect(blob.headers['content-length']).toBe('3000000');
    expect(blob.body.equals(layer)).toBe(true);
    expect(await server.count('upload_sessions')).toBe(0);
    expect(server.troubles).toEqual([]);
  });
});
