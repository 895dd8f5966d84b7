import { parseRepositoryName } from '@berth/oci';
import pg from 'pg';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIVING_ACCESS_TOKEN } from './access/access-tokens.ts';
import { LIVING_ROBOT } from './access/robots.ts';
import { STANDING_BY_ID, STANDING_BY_NAME } from './access/standings.ts';
import { CREDENTIAL_BY_ID } from './access/users.ts';
import { openKnex } from './connection/index.ts';
import { LOOSE } from './garbage/untagged-manifests.ts';
import type { PreparedStatement } from './lookups.ts';
import { LINKED_BLOB, MANIFEST_BY_DIGEST, MANIFEST_BY_TAG } from './registry/hot-statements.ts';
import { seedTags } from './seed/seed-tags.ts';
import { useTestDatabase } from './testing/index.ts';
import { rowsOf } from './transactions.ts';

const database = useTestDatabase();
let knex: Knex;
let client: pg.Client;
let digests: { blob: string; manifest: string };
let untagged = 0;

const FILLING = `
insert into users (username, username_key, email, email_key, password_hash) select 'u' || n, 'u' || n, '', '', '' from generate_series(1, 5000) n;
insert into projects (name, owner_id) select 'p' || n, n from generate_series(1, 5000) n;
insert into project_members (project_id, user_id, role_id) select 1 + n % 500, 1 + n % 5000, 2 from generate_series(1, 5000) n on conflict do nothing;
insert into user_groups (name, name_key, type) select 'g' || n, 'g' || n, 4 from generate_series(1, 2000) n;
insert into user_group_members (group_id, user_id) select 1 + n % 2000, 1 + n % 5000 from generate_series(1, 10000) n on conflict do nothing;
insert into project_members (project_id, group_id, role_id) select 1 + n % 500, 1 + n % 2000, 3 from generate_series(1, 4000) n on conflict do nothing;
insert into robots (name, project_id, secret_hash, duration_days, creator_kind, creator_id) select 'r' || n, 1 + n % 500, '', -1, 'user', 1 from generate_series(1, 5000) n;
insert into access_tokens (user_id, name, secret_hash) select 1 + n % 5000, n, n from generate_series(1, 10000) n;
insert into listed_rights (robot_id, kind, project_id, actions) select n, 'project', 1 + n % 500, '{}'::text[] || 'repository:pull'::text from generate_series(1, 5000) n;
insert into repositories (project_id, name) select n, 'p' || n || '/app' from generate_series(1, 5000) n;
insert into blobs (digest, size, storage_key) select 'sha256:' || encode(sha256(n::text::bytea), 'hex'), n, n from generate_series(1, 20000) n;
insert into repository_blobs (repository_id, blob_id, lease_until) select 1 + n % 5000, 1 + n % 20000, now() from generate_series(1, 40000) n on conflict do nothing;
insert into repository_blobs (repository_id, blob_id, lease_until) select 1, n, now() from generate_series(1, 20000) n on conflict do nothing;
`;

beforeAll(async () => {
  knex = openKnex({ url: database.url, applicationName: 'hot', poolSize: 2 });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(FILLING);
  await seedTags(knex, { repository: parseRepositoryName('p1/app'), tags: 20_000, manifests: 5_000 });
  await client.query(`
    insert into tag_history (repository_id, tag, digest, previous_digest, actor)
      select repository_id, tag, lead(digest) over (order by id), digest, 'x' from tag_history;
    update tags set manifest_id = (select max(manifest_id) from tags) where manifest_id = (select min(manifest_id) from tags)`);
  await client.query('analyze');
  const loose = await client.query<{ id: string }>(
    `select id from manifests m where not exists (select 1 from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id)`,
  );
  untagged = Number(loose.rows[0]?.id);
  const [blob] = await rowsOf<{ digest: string }>(knex, 'select digest from blobs where id = 777', []);
  const [manifest] = await rowsOf<{ digest: string }>(knex, 'select digest from manifests limit 1', []);
  digests = { blob: blob?.digest ?? '', manifest: manifest?.digest ?? '' };
  // What a long-lived connection settles on, whatever the values.
  await client.query('set plan_cache_mode = force_generic_plan');
}, 60_000);
afterAll(async () => {
  await client.end();
  await knex.destroy();
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

async function planOf(statement: PreparedStatement, values: readonly (string | number)[]): Promise<PlanNode> {
  await client.query(`prepare ${statement.name} as ${statement.text}`);
  const literals = values.map((value) => (typeof value === 'number' ? String(value) : client.escapeLiteral(value))).join(', ');
  const result = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) execute ${statement.name}(${literals})`,
  );
  const plan = result.rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('Postgres explained nothing.');
  return plan;
}

function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

describe('the hot reads go by index from first to last, and read no row they do not need', () => {
  test.each([
    [LINKED_BLOB, () => ['p1/app', digests.blob]],
    [MANIFEST_BY_TAG, () => ['p1/app', 'v00007']],
    [MANIFEST_BY_DIGEST, () => ['p1/app', digests.manifest]],
    [STANDING_BY_NAME, () => ['p2', 2]],
    [STANDING_BY_ID, () => [2, 2]],
    [CREDENTIAL_BY_ID, () => [2]],
    [LIVING_ROBOT, () => [2]],
    [LIVING_ACCESS_TOKEN, () => [2]],
  ] as const)('$name', async (statement, values) => {
    const plan = await planOf(statement, values());
    const nodes = nodesOf(plan);
    const allowed = [
      'Nested Loop',
      'Index Scan',
      'Index Only Scan',
      'Append',
      'Sort',
      'Bitmap Heap Scan',
      'Bitmap Index Scan',
      'BitmapAnd',
    ];
    const small = ['roles', 'settings'];
    const others = nodes.filter((node) => !small.includes(node['Relation Name'] ?? '') && !allowed.includes(node['Node Type']));
    expect(others.map((node) => node['Node Type'])).toEqual([]);
    // Of a user's few groups and roles, as many as there are.
    for (const node of nodes) expect(node['Actual Rows']).toBeLessThanOrEqual(10);
    expect(plan['Actual Rows']).toBe(1);
  });
});

test('of an untagged manifest, which may be one of hundreds of thousands, the history of tags is asked by index', async () => {
  let number = 1;
  const text = `select 1 from manifests m where m.id = $1 and ${LOOSE.replace(/\?/g, () => `$${(number += 1)}`)}`;
  const nodes = nodesOf(await planOf({ name: 'loose_manifest', text }, [untagged, 0, 0, 0]));
  const history = nodes.filter((node) => node['Relation Name'] === 'tag_history');
  expect(history.map((node) => node['Index Name'])).toEqual(['tag_history_by_previous']);
});
