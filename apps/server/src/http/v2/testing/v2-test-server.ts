import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, UserActor } from '@berth/access';
import { type DiskCalls, openDiskBlobStore, systemCalls } from '@berth/blob-store';
import {
  createBlobRecords,
  createManifestRecords,
  createProjects,
  createUploadSessions,
  createUsers,
  openKnex,
  PipelinedLookups,
} from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import { type Digest, digestOfBytes, type OciError, OCI_MANIFEST, type ProjectName } from '@berth/oci';
import { type BlobStore, createRegistry, type Registry, type RegistryPorts } from '@berth/registry';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Admitted, Gate, Need } from '../gate.ts';
import { RateGuard } from '../../rate-guard.ts';
import { createV2Handler, type V2Measure } from '../v2-handler.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Sends the body without a length. */
  readonly chunked?: boolean;
  /** Acts as this user; `pusher` when not given. */
  readonly as?: string;
}

/** What the open gate of the tests knows. Rights are H4's; here everybody may do everything, except what a test takes away. */
export interface TestGate extends Gate {
  /** Repositories that nobody may pull from, for mounts. */
  readonly hidden: Set<string>;
  readonly needs: Need[];
  mayPush: boolean;
  refuse: OciError | undefined;
}

export class V2TestServer {
  url = '';
  knex!: ReturnType<typeof openKnex>;
  registry!: Registry;
  ports!: RegistryPorts;
  store!: BlobStore;
  gate!: TestGate;
  rateGuard!: RateGuard;
  now = 0;
  root = '';
  /** Descriptors that the store holds open. */
  readonly openFiles = new Set<number>();
  readonly measures: V2Measure[] = [];
  readonly troubles: { error: unknown; doing: string }[] = [];
  /** Replace members to make the disk fail. */
  readonly calls: { -readonly [Name in keyof DiskCalls]: DiskCalls[Name] } = { ...systemCalls };
  #server!: Server;
  #lookups!: PipelinedLookups;

  async start(databaseUrl: string): Promise<void> {
    this.root = await mkdtemp(join(tmpdir(), 'berth-v2-'));
    Object.assign(this.calls, this.#counting());
    const calls = new Proxy(systemCalls, { get: (_, name) => this.calls[name as keyof DiskCalls] });
    this.store = await openDiskBlobStore({ root: join(this.root, 'blobs'), calls, minimumFree: 0 });
    this.knex = openKnex({ url: databaseUrl, applicationName: 'v2 test' });
    const lookups = (this.#lookups = new PipelinedLookups({ url: databaseUrl, applicationName: 'v2 test lookups' }));
    const report = (error: unknown, doing: string): void => void this.troubles.push({ error, doing });
    this.ports = {
      uploadSessions: createUploadSessions(this.knex),
      blobRecords: createBlobRecords({ knex: this.knex, lookups }),
      manifestRecords: createManifestRecords({ knex: this.knex, lookups }),
      blobStore: this.store,
      report,
    };
    this.registry = createRegistry(this.ports);
    const owner = await createUsers({ knex: this.knex, lookups }).create({
      ...{ username: 'owner', email: 'owner@example.com', realname: 'Owner', comment: '', passwordHash: 'none', systemAdmin: true },
    });
    for (const name of ['library', 'other']) {
      await createProjects(this.knex).create({ name: name as ProjectName, public: false, ownerId: owner.id });
    }
    this.gate = openGate();
    this.rateGuard = new RateGuard(() => this.now);
    const observe = (_: unknown, measure: V2Measure): void => void this.measures.push(measure);
    const requestId = (): string => 'test-request';
    const handler = createV2Handler({ registry: this.registry, gate: this.gate, rateGuard: this.rateGuard, observe, requestId, report });
    this.#server = createServer({ requestTimeout: 0 }, handler).on('checkContinue', handler);
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** The system's calls with every descriptor noted; undoes what a test replaced. */
  restoreCalls(): void {
    Object.assign(this.calls, this.#counting());
  }

  #counting(): DiskCalls {
    return {
      ...systemCalls,
      open: async (path, flags) => {
        const fd = await systemCalls.open(path, flags);
        this.openFiles.add(fd);
        return fd;
      },
      close: async (fd) => {
        await systemCalls.close(fd);
        this.openFiles.delete(fd);
      },
    };
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#lookups.close();
    await this.knex.destroy();
    await this.store.close();
    await rm(this.root, { recursive: true });
  }

  ask(method: string, path: string, { headers = {}, body, chunked = false, as }: Ask = {}): Promise<Answer> {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const framing = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes?.length ?? 0) };
    const length: Record<string, string> = bytes === undefined ? {} : framing;
    const who: Record<string, string> = as === undefined ? {} : { 'x-test-user': as };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(this.url + path, { method, headers: { ...length, ...who, ...headers }, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
      });
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  /** Sends text as it is and gives back everything until the server closes, or until `until` was seen. */
  raw(text: string | Buffer, until?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(text));
      let seen = '';
      socket.on('data', (chunk) => {
        seen += chunk.toString('latin1');
        if (until !== undefined && seen.includes(until)) socket.destroy();
      });
      socket.on('error', (error) => (seen === '' ? reject(error) : resolve(seen)));
      socket.on('close', () => resolve(seen));
    });
  }

  /** Like {@link raw}, with more sent later. */
  rawInSteps(text: Buffer): { readonly answer: Promise<string>; send(more: Buffer): void } {
    const socket = connect(this.port, '127.0.0.1', () => socket.write(text));
    let seen = '';
    const answer = new Promise<string>((resolve) => {
      socket.on('data', (chunk) => {
        seen += chunk.toString('latin1');
      });
      socket.on('error', () => resolve(seen)).on('close', () => resolve(seen));
    });
    return { answer, send: (more) => void socket.write(more) };
  }

  /** Files of a digest below the store, wherever the layout puts them. */
  async filesOf(digest: string): Promise<string[]> {
    const hex = digest.slice(7);
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && (entry.name.includes(hex) || entry.parentPath.includes(hex)))
      .map((entry) => join(entry.parentPath, entry.name));
  }

  async pushBlob(repository: string, content: Buffer | string, digest: Digest = digestOfBytes(Buffer.from(content))): Promise<Digest> {
    const answer = await this.ask('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: content });
    expect(answer.status, answer.body.toString()).toBe(201);
    return digest;
  }

  /** Pushes an image of one config and the layers, and answers its manifest. */
  async pushImage(repository: string, reference: string, options: ImageOptions = {}): Promise<PushedImage> {
    const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', unique: options.unique ?? reference }));
    const layers = (options.layers ?? ['a layer']).map((layer) => Buffer.from(layer));
    for (const content of [config, ...layers]) await this.pushBlob(repository, content);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
        layers: layers.map((layer) => descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')),
        ...options.more,
      }),
    );
    const digest = digestOfBytes(manifest);
    const name = reference === '@' ? digest : reference;
    const answer = await this.ask('PUT', `/v2/${repository}/manifests/${name}`, {
      body: manifest,
      headers: { 'content-type': OCI_MANIFEST },
    });
    expect(answer.status, answer.body.toString()).toBe(201);
    return { digest, manifest, layers: layers.map((layer) => digestOfBytes(layer)), config: digestOfBytes(config) };
  }

  /** Rows of a table, for whole-effect assertions. */
  async count(table: string): Promise<number> {
    const [row] = await this.knex(table).count<{ count: number }[]>({ count: '*' });
    return Number(row?.count);
  }
}

export interface ImageOptions {
  readonly layers?: readonly (string | Buffer)[];
  readonly unique?: string;
  readonly more?: Record<string, unknown>;
}

export interface PushedImage {
  readonly digest: Digest;
  readonly manifest: Buffer;
  readonly layers: readonly Digest[];
  readonly config: Digest;
}

export function descriptor(content: Buffer, mediaType: string): { mediaType: string; digest: Digest; size: number } {
  return { mediaType, digest: digestOfBytes(content), size: content.length };
}

export function sha256(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Parses `{errors:[...]}` and checks its form: known keys, a code, a sentence. */
export function errorOf(answer: Answer): { code: string; message: string; detail?: unknown } {
  const { errors } = JSON.parse(answer.body.toString()) as { errors: { code: string; message: string; detail?: unknown }[] };
  const [first] = errors;
  if (first === undefined) throw new Error('The answer names no error.');
  expect(first.code).toMatch(/^[A-Z_]+$/);
  expect(first.message).toMatch(/^[A-Z"].*\.$/s);
  return first;
}

function openGate(): TestGate {
  const gate: TestGate = {
    hidden: new Set(),
    needs: [],
    mayPush: true,
    refuse: undefined,
    admit(request, need) {
      gate.needs.push(need);
      if (gate.refuse !== undefined) throw gate.refuse;
      const name = request.headers['x-test-user'] ?? 'pusher';
      const actor: Actor = { kind: 'user', id: name === 'pusher' ? 1 : 2, name: String(name), systemAdmin: true } satisfies UserActor;
      const admitted: Admitted = {
        actor,
        mayPush: gate.mayPush,
        mayPull: (repository) => Promise.resolve(!gate.hidden.has(repository)),
        catalogScope: () => Promise.resolve('everything'),
      };
      return admitted;
    },
  };
  return gate;
}

/** A server with a database of its own for one test file. */
export function useV2Server(): V2TestServer {
  const database = useTestDatabase();
  const server = new V2TestServer();
  beforeAll(() => server.start(database.url), 60_000);
  afterAll(() => server.stop(), 60_000);
  return server;
}
