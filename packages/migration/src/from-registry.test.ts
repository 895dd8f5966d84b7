import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OCI_MANIFEST, type ProjectName } from '@berth/oci';
import { RegistryClient } from '@berth/registry-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateFromRegistry } from './from-registry.ts';
import type { MigrationReport } from './report.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const REPOSITORIES = ['team/refused', 'team/empty', 'team/app'];

let server: Server;

/** Source and destination in one: everything of team/app is there already, and team/refused is not shown. */
beforeEach(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://registry').pathname;
    const answer = (status: number, body: unknown): void => {
      const headers = {
        'docker-content-digest': DIGEST,
        'content-type': status === 200 && path.includes('/manifests/') ? OCI_MANIFEST : '',
      };
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
    };
    if (path === '/v2/_catalog') answer(200, { repositories: REPOSITORIES });
    else if (path.startsWith('/v2/team/refused/')) answer(403, { errors: [{ code: 'DENIED', message: 'Not for you.' }] });
    else if (!path.startsWith('/v2/team/app/')) answer(404, { errors: [{ code: 'NAME_UNKNOWN', message: 'Unknown.' }] });
    else if (path.endsWith('/tags/list')) answer(200, { tags: ['1'] });
    else answer(200, { manifests: [] });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function migrate(repositories?: readonly string[]): Promise<MigrationReport> {
  const client = new RegistryClient({ origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) });
  const report = await migrateFromRegistry({
    ...{ source: client, destination: client, project: 'library' as ProjectName, below: false, dryRun: false, keepTags: false },
    ...(repositories === undefined ? {} : { repositories }),
    watch: () => undefined,
  });
  client.close();
  return report;
}

it('a repository whose tags the source refuses to list is told, and stops no other', async () => {
  const { problems, differences, things, stopped } = await migrate();
  expect(stopped).toBeUndefined();
  expect(problems).toEqual([{ about: 'repository', name: 'team/refused', sentence: expect.stringMatching(/Not for you/) as string }]);
  expect(differences).toMatchObject([{ name: 'team/empty', sentence: expect.stringMatching(/no tags/) as string }]);
  expect([things.repository, things.tag]).toEqual([
    { made: 1, there: 0, failed: 1 },
    { made: 0, there: 1, failed: 0 },
  ]);
});

it('one that was named and is not there is a problem, not a copy', async () => {
  const { problems, things } = await migrate(['team/ap', 'team/app']);
  expect(problems).toMatchObject([{ name: 'team/ap', sentence: expect.stringMatching(/no repository of this name/) as string }]);
  expect([things.repository, things.tag?.there]).toEqual([{ made: 1, there: 0, failed: 1 }, 1]);
});
