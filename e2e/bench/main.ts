import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeCertificate } from '../harness/certificate.ts';
import { exitOnSignals } from '../harness/processes.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { toolPath } from '../harness/tools.ts';
import { collectionLines } from './collection-rows.ts';
import { type Field, prepareField, type Sizes } from './contenders.ts';
import { DISK_NOTE, diskBar, syncedRate } from './disk-rate.ts';
import { dockerTimes } from './docker-rows.ts';
import { listLines } from './list-rows.ts';
import { LoadProcess, serveLoad } from './load-process.ts';
import { type Line, table } from './report.ts';
import { type Row, rows } from './rows.ts';
import { s3Lines, serveSdkUpload } from './s3-rows.ts';
import { median } from './statistics.ts';

const MIB = 1024 * 1024;
const LISTS = { rounds: 15, repositories: 10_000, artifacts: 100_000, tags: 300_000 };
const HELP = `Berth (authentication on) beside Debian's docker-registry (none), on this machine, in turns, by the same client.

  npm run bench                      about ten minutes
  npm run bench -- --quick           about five minutes, shorter rounds
  npm run bench -- --only 'blob PUT' only the rows whose name contains this
  npm run bench -- --only lists      only lists, of the API and in the portal (Chromium), in a registry with 10,000 repositories,
                                     100,000 artifacts and 300,000 tags
  npm run bench -- --only s3         only storage on S3: uploads beside the AWS SDK's own, and the memory that 5 GiB take (not with --quick)
  npm run bench -- --only collection only garbage collection beside pushes and pulls, on disk and on S3 (--quick: 20,000 blobs, not 100,000)
  npm run bench -- --json FILE       write the figures as JSON too
  npm run bench -- --profile FOLDER  write CPU profiles of Berth (for Chromium's developer tools); with --only, of those rows

Needs docker-registry, openssl and curl (apt-get install docker-registry openssl curl); docker push and pull also need root and docker.io; S3 needs
ceph-mon, ceph-osd and radosgw, and about 8 GiB of memory.
Exits with 1 when a bar is missed.
`;

interface Settings {
  readonly rounds: number;
  readonly durationMs: number;
  readonly only: string;
  readonly profile: string | undefined;
  readonly sizes: Sizes;
}

if (process.argv[2] === 'load') serveLoad();
else if (process.argv[2] === 'sdk-upload') await serveSdkUpload();
else {
  exitOnSignals();
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  for (const tool of ['docker-registry', 'openssl', 'curl']) {
    if (toolPath(tool) === undefined) {
      process.stderr.write(`The bench needs ${tool}, which is not installed: apt-get install ${tool}\n`);
      return 2;
    }
  }
  const onlyS3 = values.only.toLowerCase().startsWith('s3');
  const s3 = onlyS3 ? await s3Lines({ rounds: values.quick ? 3 : 5, large: !values.quick }, say) : [];
  if (s3 === undefined) return 2;
  const sizes = { largeBytes: 300 * MIB, mounts: values.quick ? 200 : 500, tags: values.quick ? 2000 : 10_000 };
  const measured = {
    rounds: values.quick ? 3 : 5,
    durationMs: values.quick ? 700 : 1500,
    only: values.only,
    profile: values.profile,
    sizes,
  };
  const onlyLists = values.only === 'lists';
  const onlyCollection = values.only.startsWith('collection');
  const lines = onlyS3 ? s3 : onlyLists || onlyCollection ? [] : await measure(measured);
  if (onlyLists || values.only === '') lines.push(...(await listLines(LISTS, say)));
  if (onlyCollection) {
    const profile = values.profile === undefined ? undefined : resolve(values.profile);
    lines.push(...(await collectionLines({ blobs: values.quick ? 20_000 : 100_000, only: values.only, profile }, say)));
  }
  const note = lines.some(({ bar }) => bar?.text.includes('of disk') === true) ? `\n${DISK_NOTE}\n` : '';
  process.stdout.write(`\n${table(lines)}\n${note}`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(lines, null, 2)}\n`);
  return lines.some((line) => line.bar?.held === false) ? 1 : 0;
}

async function measure(settings: Settings): Promise<Line[]> {
  const folder = await scratchFolder('bench');
  const load = new LoadProcess(fileURLToPath(import.meta.url));
  let field: Field | undefined;
  try {
    say('Starting both registries and storing the same content in each.');
    const nodeFlags = settings.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(settings.profile)}`];
    field = await prepareField({ certificate: await makeCertificate(folder), sizes: settings.sizes, nodeFlags });
    const lines: Line[] = [];
    for (const row of rows(settings.sizes)) {
      if (row.name.includes(settings.only)) lines.push(await contest(row, field, { ...settings, load }));
    }
    if ('docker push, docker pull'.includes(settings.only)) lines.push(...(await dockerLines(field)));
    if (settings.only === '') lines.push(...memoryLines(field), ...startLines(field));
    return lines;
  } finally {
    load.close();
    await field?.dispose();
    await removeFolder(folder);
  }
}

/** Rounds in turns, so that what else the machine does hits both; medians, so that one bad round hits neither. */
async function contest(row: Row, field: Field, settings: Settings & { readonly load: LoadProcess }): Promise<Line> {
  const results = field.contenders.map(() => [] as number[]);
  const synced: number[] = [];
  for (let number = 0; number < settings.rounds; number += 1) {
    if (row.disk === true) synced.push(await syncedRate());
    for (const [index, contender] of field.contenders.entries()) {
      const value = await row.measure(contender, { load: settings.load, number, durationMs: settings.durationMs });
      results[index]?.push(value);
    }
  }
  const berth = median(results[0] ?? []);
  const peer = median(results[1] ?? []);
  const ratio = berth / peer;
  say(`${row.name}: ${ratio.toFixed(2)}x`);
  const bar = row.bar === undefined ? undefined : barOf(row.bar, { berth, peer, synced });
  return { name: row.name, unit: row.unit, berth, peer, ratio, bar };
}

function barOf(least: number, { berth, peer, synced }: Results): NonNullable<Line['bar']> {
  if (synced.length > 0) return diskBar(least, { berth, peer, disk: median(synced) });
  return { text: `>= ${least}x`, held: berth / peer >= least };
}

interface Results {
  readonly berth: number;
  readonly peer: number;
  /** What the disk did before each round, where that counts. */
  readonly synced: readonly number[];
}

async function dockerLines(field: Field): Promise<Line[]> {
  if (process.getuid?.() !== 0 || toolPath('dockerd') === undefined || toolPath('busybox') === undefined) {
    say('docker push and pull are left out: they need root, docker.io and busybox-static.');
    return [];
  }
  const times = await dockerTimes(field.berth, field.peer, 3);
  return (['push', 'pull'] as const).map((verb) => {
    const berth = median(times[verb].berth);
    const peer = median(times[verb].peer);
    say(`docker ${verb}: ${(peer / berth).toFixed(2)}x`);
    return { name: `docker ${verb} of 5 layers, 150 MB`, unit: 's', berth, peer, ratio: peer / berth, bar: undefined };
  });
}

function memoryLines(field: Field): Line[] {
  const line = (name: string, berth: number, peer?: number): Line => ({
    name,
    unit: 'MiB',
    berth: berth / MIB,
    peer: peer === undefined ? undefined : peer / MIB,
    ratio: undefined,
    bar: undefined,
  });
  const { idle } = field;
  const after = field.berth.memory();
  return [
    { ...line('idle memory (Berth: all Node processes)', idle.node, idle.peer), bar: { text: '<= 120 MB', held: idle.node <= 120e6 } },
    line('idle memory of Postgres, shared pages counted in each process', idle.postgres),
    line('memory after all rows', after.node, field.peer.memory()),
  ];
}

function startLines(field: Field): Line[] {
  const first = field.starts.berthFirst / 1000;
  const later = field.starts.berthLater / 1000;
  return [
    {
      name: 'first ever start to first 200',
      unit: 's',
      berth: first,
      peer: undefined,
      ratio: undefined,
      bar: { text: '<= 5 s', held: first <= 5 },
    },
    {
      name: 'later start to first 200',
      unit: 's',
      berth: later,
      peer: field.starts.peer / 1000,
      ratio: undefined,
      bar: { text: '<= 2 s', held: later <= 2 },
    },
  ];
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
