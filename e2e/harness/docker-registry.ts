import { type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { endProcess, processFacts, startService, waitFor } from './processes.ts';
import { removeFolder, scratchFolder } from './scratch.ts';
import { requireTool } from './tools.ts';

/** Debian's docker-registry with a configuration of our own: files on disk, no authentication, no cache, no access log. */
export class DockerRegistry {
  readonly port: number;
  readonly folder: string;
  readonly #tls: { readonly cert: string; readonly key: string } | undefined;
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(folder: string, port: number, tls: { readonly cert: string; readonly key: string } | undefined) {
    this.folder = folder;
    this.port = port;
    this.#tls = tls;
  }

  static async create(tls?: { readonly cert: string; readonly key: string }): Promise<DockerRegistry> {
    const registry = new DockerRegistry(await scratchFolder('peer'), await freePort(), tls);
    await mkdir(registry.storage);
    await writeFile(join(registry.folder, 'config.yml'), registry.#configuration());
    return registry;
  }

  get storage(): string {
    return join(this.folder, 'storage');
  }

  get url(): string {
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  #configuration(): string {
    return [
      'version: 0.1',
      'log: { level: error, accesslog: { disabled: true } }',
      `storage: { filesystem: { rootdirectory: ${this.storage}, maxthreads: 100 }, delete: { enabled: true }, maintenance: { uploadpurging: { enabled: false } } }`,
      'http:',
      `  addr: 127.0.0.1:${this.port}`,
      ...(this.#tls === undefined ? [] : [`  tls: { certificate: ${this.#tls.cert}, key: ${this.#tls.key} }`]),
      '',
    ].join('\n');
  }

  /** Starts it; answers the milliseconds to its first answer. */
  async start(): Promise<number> {
    const begun = performance.now();
    this.#child = startService(requireTool('docker-registry'), ['serve', join(this.folder, 'config.yml')], {
      env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
      onOutput: (text) => (this.#log = (this.#log + text).slice(-20_000)),
    });
    await waitFor(`docker-registry to answer`, 15_000, async () => {
      if (this.#tls !== undefined) return this.#log.includes('listening') || (await tcpAnswers(this.port));
      const response = await fetch(`${this.url}/v2/`);
      await response.arrayBuffer();
      return response.ok;
    });
    return performance.now() - begun;
  }

  memory(): number {
    return this.#child?.pid === undefined ? 0 : (processFacts(this.#child.pid)?.residentBytes ?? 0);
  }

  async stop(): Promise<void> {
    if (this.#child?.pid !== undefined) await endProcess(this.#child.pid, 5000);
    this.#child = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await removeFolder(this.folder);
  }
}

async function tcpAnswers(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
