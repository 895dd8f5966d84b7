import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask, asAdmin } = apiCalls(server);
const AT = '/projects/team/repositories/app';
const KEPT = '/projects/team/repositories/kept';
let team: number;

beforeAll(async () => {
  await server.start(database.url);
  team = await server.addProject('team', await server.addUser('admin', true));
  await server.addMembers(team);
}, 60_000);
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

const put = (reference: string, body: unknown, at = AT) => ask('PUT', `${at}/artifacts/${reference}/pin`, { as: 'maintainer', body });
const takeOff = (reference: string, at = AT) => ask('DELETE', `${at}/artifacts/${reference}/pin`, { as: 'maintainer' });

it('is on the digest that a tag points at, shown with who and why, and can be listed', async () => {
  const { digest } = await push.image('team/app', 'release');
  await push.image('team/app', 'other', { layers: ['other'] });
  expect((await put('release', { reason: ' runs in production ' })).status).toBe(200);
  const pin = { reason: 'runs in production', pinned_by: 'maintainer', pin_time: expect.any(String) };
  expect((await ask('GET', `${AT}/artifacts/${digest}`, { as: 'guest' })).json()).toMatchObject({ pin });
  const pinned = await ask('GET', `${AT}/artifacts?q=pinned%3Dtrue`, { as: 'guest' });
  expect([pinned.headers['x-total-count'], pinned.json()]).toEqual(['1', [expect.objectContaining({ digest, pin })]]);
  expect((await asAdmin('GET', `/system/gc/why?digest=${digest}`)).json()).toMatchObject({
    exclusive: expect.any(Number),
    reasons: expect.arrayContaining([{ reason: 'pin', repository: 'team/app', by: 'maintainer', note: 'runs in production' }]),
  });
  expect((await put(digest, {})).status).toBe(200);
  expect((await ask('GET', `${AT}/artifacts/release`, { as: 'guest' })).json()).toMatchObject({ pin: { reason: '' } });
  expect((await takeOff('release')).status).toBe(200);
  const again = await takeOff('release');
  expect([again.status, codeOf(again)]).toEqual([404, 'NOT_FOUND']);
  expect((await ask('GET', `${AT}/artifacts/release`, { as: 'guest' })).json()).not.toHaveProperty('pin');
});

it.each([[{ reason: 'x'.repeat(256) }], [{ reason: 7 }], [[]]])('refuses %j', async (body) => {
  await push.image('team/app', 'release');
  expect((await put('release', body)).status).toBe(400);
});

it('refuses deletions of the artifact and of its repository with a sentence, over both interfaces', async () => {
  const { digest } = await push.image('team/app', 'release');
  await put('release', {});
  for (const path of [`/api/v2.0${AT}/artifacts/release`, `/api/v2.0${AT}`, `/v2/team/app/manifests/${digest}`]) {
    const refused = await server.ask('DELETE', path, { as: 'admin' });
    expect([refused.status, codeOf(refused)], path).toEqual([412, expect.any(String)]);
    expect(refused.text).toContain('is pinned, so it is kept');
  }
  // A tag is no artifact: it may go.
  expect((await ask('DELETE', `${AT}/artifacts/release/tags/release`, { as: 'maintainer' })).status).toBe(200);
  expect((await ask('GET', `${AT}/artifacts/${digest}`, { as: 'guest' })).status).toBe(200);
  await takeOff(digest);
  expect((await ask('DELETE', `${AT}/artifacts/${digest}`, { as: 'maintainer' })).status).toBe(200);
});

it('is kept by retention, which says so, also when it came after the run had judged', async () => {
  const [kept, late] = [
    await push.image('team/kept', 'kept', { layers: ['kept'] }),
    await push.image('team/kept', 'late', { layers: ['late'] }),
  ];
  await put('kept', {}, KEPT);
  const { records, runs } = { records: server.policy.retention, runs: server.policy.retentionRuns };
  const rule = { disabled: false, template: 'latestPushedK', amount: 0, tagSelectors: [], repositorySelectors: [] } as const;
  const judged = (await runs.preview(team, [rule])).repositories.find(({ repository }) => repository === 'team/kept');
  expect(new Map(judged?.decisions.map(({ digest, action, because }) => [digest, [action, because]]))).toEqual(
    new Map([
      [late.digest, ['delete', 'No rule keeps it.']],
      [kept.digest, ['retain', 'It is pinned.']],
    ]),
  );
  await put('late', {}, KEPT);
  const artifact = { repository: 'team/kept' as never, digest: late.digest as never, tags: ['late' as never] };
  expect(await records.removeArtifact({ ...artifact, judgedAt: new Date(Date.now() + 60_000) })).toBe('pinned');
  await takeOff('late', KEPT);
  expect(await records.removeArtifact({ ...artifact, judgedAt: new Date(Date.now() + 60_000) })).toBe('removed');
});
