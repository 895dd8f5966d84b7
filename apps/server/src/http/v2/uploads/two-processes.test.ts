import { digestOfBytes, type RepositoryName } from '@berth/oci';
import { type ActorKey, type ByteSource, createRegistry, UploadClaimLostError } from '@berth/registry';
import { expect, it } from 'vitest';
import { useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/two' as RepositoryName;
const ACTOR = 'user:1' as ActorKey;

function bytesOf(bytes: Buffer): ByteSource {
  return {
    length: bytes.length,
    async copyTo(sink) {
      if (bytes.length > 0) await sink(bytes);
    },
  };
}

it('what one process hashed never stands for what another one stored in its place', async () => {
  const [here, there, end] = [Buffer.alloc(5000, 'hashed here'), Buffer.alloc(5000, 'stored there'), Buffer.from('the end')];
  const { uploadSessions } = server.ports;
  let loses = true;
  // A process that stood still for a minute: its claim lapses after it has the bytes and before it can save how far they go.
  const stalled = createRegistry({
    ...server.ports,
    uploadSessions: {
      ...uploadSessions,
      async release(session, progress) {
        if (!loses) return uploadSessions.release(session, progress);
        await server.knex('upload_sessions').where({ id: session.id }).update({ claimed_until: null });
        throw new UploadClaimLostError('The claim lapsed.');
      },
    },
  });
  const { id } = await server.registry.uploads.start({ repository: REPOSITORY, actor: ACTOR, algorithm: 'sha256' });
  const target = { id, repository: REPOSITORY, actor: ACTOR };
  await expect(stalled.uploads.append(target, { source: bytesOf(here) })).rejects.toThrow();
  expect(await server.registry.uploads.append(target, { source: bytesOf(there) })).toMatchObject({ offset: 5000 });
  loses = false;
  const claimed = digestOfBytes(Buffer.concat([here, end]));
  await expect(stalled.uploads.finish(target, claimed, { source: bytesOf(end) })).rejects.toMatchObject({ code: 'DIGEST_INVALID' });
  expect(await server.count('blobs')).toBe(0);
});
