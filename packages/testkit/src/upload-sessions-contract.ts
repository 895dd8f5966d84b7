import { randomUUID } from 'node:crypto';
import { digestOfBytes, parseRepositoryName, type RepositoryName } from '@berth/oci';
import { UploadClaimLostError, type UploadId, type UploadSession, type UploadTarget } from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOB, newObject, newRepository, newUpload, type RecordsUnderTest, uniqueName } from './records-under-test.ts';

const DIGEST = digestOfBytes(Buffer.from('content'));
const PROGRESS = { checkpoint: { offset: 7, state: 'note' }, prefixDigest: DIGEST };

function targetOf({ id, repository, actor }: UploadSession): UploadTarget {
  return { id, repository, actor };
}

/** What every adapter of the UploadSessions port must do, as tests. `open` is asked in each test. */
export function uploadSessionsContract(name: string, open: () => RecordsUnderTest): void {
  describe(`upload sessions contract: ${name}`, () => {
    let under: RecordsUnderTest;
    let repository: RepositoryName;

    beforeEach(async () => {
      under = open();
      repository = await newRepository(under);
    });
    afterEach(async () => {
      expect(await under.residue()).toEqual([]);
    });

    const create = (): Promise<UploadSession> => under.uploadSessions.create(newUpload(repository));
    const claim = async (session: UploadSession): Promise<UploadSession> => {
      const claimed = await under.uploadSessions.claim(targetOf(session));
      if (claimed.outcome !== 'claimed') throw new Error(`The claim was ${claimed.outcome}.`);
      return claimed.session;
    };

    test('a session in a project that does not exist is refused by name', async () => {
      const absent = parseRepositoryName(`${uniqueName('absent')}/app`);
      await expect(under.uploadSessions.create(newUpload(absent))).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
    });

    test('another actor, another repository or another id sees no session', async () => {
      const session = await create();
      const other = await newRepository(under);
      await under.uploadSessions.create(newUpload(other));
      const foreign: UploadTarget[] = [
        { ...targetOf(session), actor: BOB },
        { ...targetOf(session), repository: other },
        { ...targetOf(session), id: randomUUID() as UploadId },
      ];
      for (const target of foreign) {
        expect(await under.uploadSessions.find(target)).toBeUndefined();
        expect(await under.uploadSessions.claim(target)).toEqual({ outcome: 'unknown' });
        expect(await under.uploadSessions.remove(target)).toBeUndefined();
      }
      expect(await under.uploadSessions.find(targetOf(session))).toEqual(session);
    });

    test('a claimed session is busy to everybody else', async () => {
      const session = await create();
      await claim(session);
      expect(await under.uploadSessions.claim(targetOf(session))).toEqual({ outcome: 'busy' });
    });

    test('of twenty claims at once one holds', async () => {
      const session = await create();
      const claims = await Promise.all(Array.from({ length: 20 }, () => under.uploadSessions.claim(targetOf(session))));
      expect(claims.map(({ outcome }) => outcome).sort()).toEqual([...Array.from({ length: 19 }, () => 'busy'), 'claimed']);
    });

    test('who lost a lapsed claim can neither renew, release nor commit', async () => {
      const slow = await claim(await create());
      await under.age(61);
      const quick = await claim(slow);
      await expect(under.uploadSessions.renew(slow)).rejects.toBeInstanceOf(UploadClaimLostError);
      await expect(under.uploadSessions.release(slow, PROGRESS)).rejects.toBeInstanceOf(UploadClaimLostError);
      const object = newObject();
      await expect(under.blobRecords.commitUpload(slow, object)).rejects.toBeInstanceOf(UploadClaimLostError);
      await expect(under.blobRecords.commitKnown(slow, object)).rejects.toBeInstanceOf(UploadClaimLostError);
      expect(await under.blobRecords.findAnywhere(object.digest)).toBeUndefined();
      await under.uploadSessions.release(quick);
      expect((await under.uploadSessions.find(targetOf(slow)))?.checkpoint.offset).toBe(0);
    });

    test('renewing or releasing a session that was removed is refused', async () => {
      const session = await claim(await create());
      await under.uploadSessions.remove(targetOf(session));
      await expect(under.uploadSessions.renew(session)).rejects.toBeInstanceOf(UploadClaimLostError);
      await expect(under.uploadSessions.release(session)).rejects.toBeInstanceOf(UploadClaimLostError);
      await expect(under.blobRecords.commitUpload(session, newObject())).rejects.toBeInstanceOf(UploadClaimLostError);
    });

    test('a renewed claim does not lapse', async () => {
      const session = await claim(await create());
      await under.age(50);
      await under.uploadSessions.renew(session);
      await under.age(50);
      expect(await under.uploadSessions.claim(targetOf(session))).toEqual({ outcome: 'busy' });
    });

    test('release ends the claim and saves the progress', async () => {
      const first = await claim(await create());
      await under.uploadSessions.release(first, PROGRESS);
      const second = await claim(first);
      expect(second).toMatchObject({ ...PROGRESS, key: first.key, algorithm: 'sha256', repositoryId: first.repositoryId });
      await under.uploadSessions.release(second);
      expect(await under.uploadSessions.find(targetOf(first))).toMatchObject(PROGRESS);
      const third = await claim(first);
      await under.uploadSessions.release(third, { checkpoint: { offset: 9, state: '' }, prefixDigest: undefined });
      expect(await under.uploadSessions.find(targetOf(first))).toMatchObject({ checkpoint: { offset: 9 }, prefixDigest: undefined });
    });

    test('a session created for sealing is claimed already', async () => {
      const session = await under.uploadSessions.create(newUpload(repository, { sealing: DIGEST, algorithm: 'sha512' }));
      expect(await under.uploadSessions.claim(targetOf(session))).toEqual({ outcome: 'busy' });
      await under.uploadSessions.renew(session);
      expect(session.algorithm).toBe('sha512');
    });

    test('remove gives the session back once', async () => {
      const session = await create();
      expect(await under.uploadSessions.remove(targetOf(session))).toEqual(session);
      expect(await under.uploadSessions.remove(targetOf(session))).toBeUndefined();
    });

    describe('expiry', () => {
      const HOUR = 3600;
      const takeOurs = async (limit = 100): Promise<readonly { session: UploadSession; sealing: unknown }[]> => {
        const taken = await under.uploadSessions.takeExpired(HOUR, limit);
        return taken.filter(({ session }) => session.repository === repository);
      };

      test('young and claimed sessions stay', async () => {
        await create();
        expect(await takeOurs()).toEqual([]);
        await under.age(2 * HOUR);
        const busy = await create();
        await claim(busy);
        await under.age(30);
        expect((await takeOurs()).map(({ session }) => session.id)).not.toContain(busy.id);
      });

      test('an idle session is handed out once, with what it was sealing, and again when nobody finished it', async () => {
        const session = await create();
        await under.uploadSessions.claim(targetOf(session), DIGEST);
        await under.age(2 * HOUR);
        const first = await takeOurs();
        expect(first).toMatchObject([{ session: { id: session.id, key: session.key }, sealing: DIGEST }]);
        expect(await takeOurs()).toEqual([]);
        await under.age(HOUR);
        const again = await takeOurs();
        expect(again).toMatchObject([{ session: { id: session.id } }]);
        await under.uploadSessions.finishExpired(first as never);
        expect(await under.uploadSessions.find(targetOf(session)), 'finished by one who was too slow').toBeDefined();
        await under.uploadSessions.finishExpired(again as never);
        expect(await under.uploadSessions.find(targetOf(session))).toBeUndefined();
      });

      test('an expired session cannot be claimed or committed while it is cleaned away', async () => {
        const session = await claim(await create());
        await under.age(2 * HOUR);
        expect(await takeOurs()).toHaveLength(1);
        expect(await under.uploadSessions.claim(targetOf(session))).toEqual({ outcome: 'busy' });
        await expect(under.blobRecords.commitUpload(session, newObject())).rejects.toBeInstanceOf(UploadClaimLostError);
      });

      test('a claim and the expiry of one session at the same moment: one of them gets it', async () => {
        for (let round = 0; round < 10; round += 1) {
          const session = await create();
          await under.age(2 * HOUR);
          const [claimed, taken] = await Promise.all([under.uploadSessions.claim(targetOf(session)), takeOurs()]);
          const expired = taken.some((upload) => upload.session.id === session.id);
          expect([claimed.outcome === 'claimed', expired].filter(Boolean)).toHaveLength(1);
        }
      });

      test('no more than the limit', async () => {
        await Promise.all(Array.from({ length: 5 }, create));
        await under.age(2 * HOUR);
        expect(await under.uploadSessions.takeExpired(HOUR, 3)).toHaveLength(3);
        expect(await under.uploadSessions.takeExpired(HOUR, 0)).toEqual([]);
      });
    });
  });
}
