import { download, upload } from './curl-transfers.ts';
import { type Contender, REPOSITORY, type Sizes, TAGS_SCOPE } from './contenders.ts';
import { type Job, type Outcome } from './load.ts';
import { type LoadProcess } from './load-process.ts';
import { OCI_MANIFEST } from '../harness/registry-client.ts';

const MIB = 1024 * 1024;
/** A round of a large download: long enough to be past the slow start of the connection, short enough for several rounds. */
const LARGE_REPEATS = 4;
const PULL = [`repository:${REPOSITORY}:pull`];
const PUSH = [`repository:${REPOSITORY}:pull,push`];

export interface Row {
  readonly name: string;
  readonly unit: 'requests/s' | 'MB/s';
  /** The least ratio of Berth to docker-registry that is acceptable. */
  readonly bar?: number;
  /** Its bar counts the disk's own rate too, which is measured before each round. */
  readonly disk?: boolean;
  /** One round against one contender; more is better. */
  measure(contender: Contender, round: Round): Promise<number>;
}

export interface Round {
  readonly load: LoadProcess;
  readonly number: number;
  readonly durationMs: number;
}

interface Repeat {
  readonly name: string;
  readonly bar?: number;
  readonly method?: 'GET' | 'HEAD';
  readonly scopes?: readonly string[];
  readonly accept?: string;
  readonly connections: number;
  readonly tls?: boolean;
  paths(contender: Contender): readonly string[];
}

/** Every row of the table, in the order in which it is printed. */
export function rows(sizes: Sizes): Row[] {
  const size = `${Math.round(sizes.largeBytes / MIB)} MiB`;
  const byTag = (): string[] => [`/v2/${REPOSITORY}/manifests/latest`];
  const byDigest = (contender: Contender): string[] => [`/v2/${REPOSITORY}/manifests/${contender.content.manifest.digest}`];
  const small = (contender: Contender): string[] => [`/v2/${REPOSITORY}/blobs/${contender.content.small.digest}`];
  return [
    repeat({ name: 'manifest GET by tag, 1 connection', accept: OCI_MANIFEST, connections: 1, paths: byTag }),
    repeat({ name: 'manifest GET by tag, 16 connections', accept: OCI_MANIFEST, connections: 16, paths: byTag, bar: 10 }),
    repeat({ name: 'manifest GET by digest, 1 connection', accept: OCI_MANIFEST, connections: 1, paths: byDigest }),
    repeat({ name: 'manifest GET by digest, 16 connections', accept: OCI_MANIFEST, connections: 16, paths: byDigest }),
    repeat({ name: 'blob HEAD, pull token, 1 connection', method: 'HEAD', connections: 1, paths: small }),
    repeat({ name: 'blob HEAD, pull token, 16 connections', method: 'HEAD', connections: 16, paths: small, bar: 8 }),
    repeat({ name: 'blob HEAD, push token, 16 connections', method: 'HEAD', scopes: PUSH, connections: 16, paths: small, bar: 4 }),
    repeat({ name: 'blob GET 1 MiB, 1 connection', connections: 1, paths: small }),
    repeat({ name: 'blob GET 1 MiB, 4 connections', connections: 4, paths: small }),
    repeat({ name: 'blob GET 1 MiB, 8 connections', connections: 8, paths: small, bar: 2.5 }),
    large({ name: `blob GET ${size}, 1 connection`, connections: 1, bar: 1 }),
    large({ name: `blob GET ${size}, 4 connections`, connections: 4, bar: 1 }),
    repeat({ name: 'blob GET 1 MiB over TLS, 8 connections', connections: 8, tls: true, paths: small }),
    large({ name: `blob GET ${size} over TLS, 1 connection`, connections: 1, tls: true, bar: 1.5 }),
    large({ name: `blob GET ${size} over TLS, 4 connections`, connections: 4, tls: true, bar: 1.5 }),
    put('blob PUT 1 MiB, 1 connection', 1),
    put('blob PUT 1 MiB, 4 connections', 4),
    { ...putLarge(`blob PUT ${size}, 1 connection`, sizes.largeBytes, 1), bar: 1.7, disk: true },
    { ...putLarge(`blob PUT ${size}, 4 connections`, sizes.largeBytes, 4), bar: 1.7, disk: true },
    mount(1),
    mount(4),
    repeat({
      name: `all ${sizes.tags} tags listed, 1 connection`,
      scopes: [TAGS_SCOPE],
      connections: 1,
      paths: (contender) => contender.content.tagPages,
    }),
  ];
}

function repeat(row: Repeat): Row {
  const unit = 'requests/s';
  return {
    name: row.name,
    unit,
    ...(row.bar === undefined ? {} : { bar: row.bar }),
    measure: async (contender, round) => {
      const job: Job = {
        kind: 'repeat',
        method: row.method ?? 'GET',
        paths: row.paths(contender),
        // The TLS servers have accounts and keys of their own; their token is fetched from them.
        headers: {
          ...(row.accept === undefined ? {} : { Accept: row.accept }),
          ...(await (row.tls === true ? contender.tlsHeaders(row.scopes ?? PULL) : contender.headers(row.scopes ?? PULL))),
        },
        connections: row.connections,
        durationMs: round.durationMs,
      };
      return rate(await round.load.run(row.tls === true ? contender.tls : contender.plain, job), unit);
    },
  };
}

/** The large blob, by curl. */
function large(row: Omit<Repeat, 'paths'>): Row {
  return {
    name: row.name,
    unit: 'MB/s',
    ...(row.bar === undefined ? {} : { bar: row.bar }),
    measure: async (contender) => {
      const [target, headers] =
        row.tls === true ? [contender.tls, await contender.tlsHeaders(PULL)] : [contender.plain, await contender.headers(PULL)];
      const path = `/v2/${REPOSITORY}/blobs/${contender.content.large.digest}`;
      return rate(await download({ target, headers, connections: row.connections }, path, LARGE_REPEATS), 'MB/s');
    },
  };
}

function put(name: string, connections: number): Row {
  return {
    name,
    unit: 'requests/s',
    measure: async (contender, round) => {
      const headers = await contender.headers(PUSH);
      const { durationMs } = round;
      return rate(
        await round.load.run(contender.plain, { kind: 'put', repository: REPOSITORY, headers, size: MIB, connections, durationMs }),
        'requests/s',
      );
    },
  };
}

function putLarge(name: string, size: number, connections: number): Row {
  return {
    name,
    unit: 'MB/s',
    measure: async (contender) => {
      const transfer = { target: contender.plain, headers: await contender.headers(PUSH), connections };
      return rate(await upload(transfer, REPOSITORY, size), 'MB/s');
    },
  };
}

function mount(connections: number): Row {
  return {
    name: `blob mount, ${connections} connection${connections === 1 ? '' : 's'}`,
    unit: 'requests/s',
    measure: async (contender, round) => {
      const into = `bench/mounted-${connections}-${round.number}`;
      const headers = await contender.headers([`repository:${into}:pull,push`, 'repository:bench/source:pull']);
      const blobs = contender.content.toMount;
      return rate(
        await round.load.run(contender.plain, { kind: 'mount', into, from: 'bench/source', blobs, headers, connections }),
        'requests/s',
      );
    },
  };
}

function rate(outcome: Outcome, unit: Row['unit']): number {
  return (unit === 'MB/s' ? outcome.bytes / 1e6 : outcome.operations) / outcome.seconds;
}
