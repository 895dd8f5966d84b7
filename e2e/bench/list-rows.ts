import { randomBytes } from 'node:crypto';
import { Berth } from '../harness/berth.ts';
import { run } from '../harness/processes.ts';
import { expectStatus, OCI_CONFIG, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { portalLines } from './portal-rows.ts';
import type { Line } from './report.ts';
import { median } from './statistics.ts';

const BASE = 'base/image';
const BLOBS = 60;
const PORTAL_ROUNDS = 7;
/** Milliseconds that a page may take, median, first and last alike. */
const BAR = 50;
const SEED_LIMIT_MS = 600_000;
const API = '/api/v2.0';
const LARGE = '/projects/seed-0001/repositories/team-1%252Fapp-00001';

export interface ListSettings {
  readonly rounds: number;
  readonly repositories: number;
  readonly artifacts: number;
  readonly tags: number;
}

interface List {
  readonly name: string;
  readonly path: string;
  readonly sorts: readonly string[];
}

const LISTS: readonly List[] = [
  { name: 'projects', path: '/projects', sorts: ['name', '-creation_time'] },
  {
    name: 'repositories of a project of half of all',
    path: '/projects/seed-0001/repositories',
    sorts: ['name', '-update_time', '-pull_count'],
  },
  { name: 'all repositories', path: '/repositories', sorts: ['name', '-creation_time'] },
  { name: 'artifacts of the largest repository', path: `${LARGE}/artifacts`, sorts: ['-push_time', 'pull_time', 'digest'] },
  { name: 'tags of the largest repository', path: `${LARGE}/tags`, sorts: ['name', '-version', '-push_time', 'pull_time'] },
  { name: 'artifacts of a project of half of all', path: '/projects/seed-0001/artifacts', sorts: ['-push_time'] },
];

/**
 * Pages of lists in a registry with much in it: the first, one in the middle and the last, by every order, of 10 and of 100. And the portal's
 * page of its largest repository.
 */
export async function listLines(settings: ListSettings, say: (sentence: string) => void): Promise<Line[]> {
  const berth = await Berth.start();
  const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  try {
    await pushBase(client);
    const { repositories, artifacts, tags } = settings;
    say(`Making ${repositories} repositories, ${artifacts} artifacts and ${tags} tags.`);
    const command = [
      ...berth.command,
      'admin',
      'seed',
      '--from',
      BASE,
      '--repositories',
      String(repositories),
      '--artifacts',
      String(artifacts),
    ];
    const [program = '', ...args] = [...command, '--tags', String(tags)];
    await run(program, args, { env: berth.environment, timeoutMs: SEED_LIMIT_MS });
    const lines: Line[] = [];
    for (const list of LISTS) lines.push(await listLine(client, list, settings.rounds));
    lines.push(line('search by a part of a name', [await times(client, '/search?q=app-0000', settings.rounds)]));
    lines.push(...(await portalLines(berth, PORTAL_ROUNDS)));
    for (const { name, berth: value, unit } of lines) say(`${name}: ${value.toFixed(1)} ${unit}`);
    return lines;
  } finally {
    client.close();
    await berth.dispose();
  }
}

/** The slowest median of all pages and orders: first and last must be alike. */
async function listLine(client: RegistryClient, { name, path, sorts }: List, rounds: number): Promise<Line> {
  const medians: number[] = [];
  for (const sort of sorts) {
    for (const size of [10, 100]) {
      const first = `${path}?page_size=${size}&sort=${sort}`;
      const answer = expectStatus(`GET ${first}`, await get(client, `${first}&page=1`), 200);
      const pages = Math.max(1, Math.ceil(Number(answer.headers['x-total-count']) / size));
      for (const page of new Set([1, Math.ceil(pages / 2), pages])) medians.push(await times(client, `${first}&page=${page}`, rounds));
    }
  }
  return line(`list: ${name}, slowest page`, medians);
}

async function times(client: RegistryClient, path: string, rounds: number): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    const begun = performance.now();
    expectStatus(`GET ${path}`, await get(client, path), 200);
    if (round > 0) taken.push(performance.now() - begun);
  }
  return median(taken);
}

function get(client: RegistryClient, path: string): ReturnType<RegistryClient['plain']> {
  return client.plain('GET', API + path, { headers: client.basic() });
}

function line(name: string, medians: readonly number[]): Line {
  const slowest = Math.max(...medians);
  return { name, unit: 'ms', berth: slowest, peer: undefined, ratio: undefined, bar: { text: `< ${BAR} ms`, held: slowest < BAR } };
}

/** What the made-up images consist of. */
async function pushBase(client: RegistryClient): Promise<void> {
  const config = await client.pushBlob(BASE, JSON.stringify({ architecture: 'amd64', os: 'linux' }), OCI_CONFIG);
  const layers = [];
  for (let index = 0; index < BLOBS; index += 1) layers.push(await client.pushBlob(BASE, randomBytes(200 + index)));
  await client.putManifest(BASE, 'latest', { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
}
