import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Programs that these tests cannot do without; a missing one fails the run instead of passing it silently. */
const TOOLS = [
  'docker',
  'dockerd',
  'docker-registry',
  'containerd',
  'ctr',
  'podman',
  'skopeo',
  'setpriv',
  'curl',
  'openssl',
  'nginx',
  'unshare',
  'nsenter',
  'ip',
  'chromium',
  'certutil',
  'keytool',
];

/** Taken from the newer tree together, since an engine starts the containerd that came with it. */
const ENGINE_PROGRAMS = ['docker', 'dockerd'];

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Service {
  stop(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  log(): string;
}

/** The address of the user's handbook; it exists only inside the sandbox, and is no loopback address to docker. */
export const ADDRESS = '192.168.56.121';

/** Of the Berth servers inside. */
export const ADMIN_PASSWORD = 'Right-Password-1';

/**
 * A machine in a machine: network and mount namespaces of its own, in which /etc/hosts, /etc/docker and /etc/containers are private,
 * so that names, addresses and trust can be set without touching the real ones.
 */
export class Sandbox {
  readonly folder: string;
  readonly home: string;
  readonly #holder: ChildProcess;
  readonly #services = new Set<ChildProcess>();
  readonly #berth: string;
  #engine: ChildProcess | undefined;
  engineLog = '';

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.#holder = holder;
    this.#berth = join(folder, 'berth.mjs');
  }

  static async create(hosts: readonly string[]): Promise<Sandbox> {
    const missing = TOOLS.filter((name) => findProgram(name) === undefined);
    if (missing.length > 0) throw new Error(`These programs are needed and not installed: ${missing.join(', ')}.`);
    const folder = await mkdtemp(join(tmpdir(), 'berth-certs-e2e-'));
    // A database of an unprivileged user may lie below.
    await chmod(folder, 0o755);
    for (const name of ['docker', 'containers', 'containerd', 'home']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'hosts'), `127.0.0.1 localhost\n${hosts.map((host) => `${ADDRESS} ${host}`).join('\n')}\n`);
    await writeFile(join(folder, 'containers', 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
    const mounts = [
      `mount --bind ${folder}/hosts /etc/hosts`,
      ...['docker', 'containers', 'containerd'].map((name) => `mkdir -p /etc/${name}; mount --bind ${folder}/${name} /etc/${name}`),
    ];
    const script = `ip link set lo up && ip addr add ${ADDRESS}/32 dev lo && ${mounts.join(' && ')} && echo ready && exec sleep 100000`;
    const holder = spawn('unshare', ['-m', '-n', '--propagation', 'private', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      let errors = '';
      holder.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      holder.once('exit', () => reject(new Error(`The sandbox did not start (root is needed): ${errors}`)));
    });
    const sandbox = new Sandbox(folder, holder);
    await bundle(sandbox.#berth);
    return sandbox;
  }

  /** Runs a program inside and waits for its end. */
  async run(
    program: string,
    args: readonly string[],
    options: { readonly env?: Record<string, string>; readonly input?: string; readonly cwd?: string } = {},
  ): Promise<Outcome> {
    const child = this.#spawn(program, args, options);
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
    const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
    const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
    clearTimeout(timer);
    return { code, stdout, stderr };
  }

  /** Like run, but a failure throws with what the program said. */
  async must(program: string, args: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}): Promise<string> {
    const outcome = await this.run(program, args, options);
    if (outcome.code !== 0) throw new Error(`${program} ${args.join(' ')} failed (${outcome.code}):\n${outcome.stdout}${outcome.stderr}`);
    return outcome.stdout;
  }

  async berth(...args: string[]): Promise<Outcome> {
    return this.run(process.execPath, [this.#berth, ...args], { cwd: this.folder });
  }

  /** Starts a service inside and waits until it listens on the port. */
  async start(program: string, args: readonly string[], port: number): Promise<Service> {
    return this.startUntil([program, ...args], this.#listens(port));
  }

  #listens(port: number): () => Promise<boolean> {
    return async () => (await this.run('sh', ['-c', `ss -ltn | grep -q ':${port} '`])).code === 0;
  }

  /** Starts a service inside and waits until it is there. */
  async startUntil(
    [program, ...args]: readonly [string, ...string[]],
    isUp: () => Promise<boolean>,
    env: Record<string, string> = {},
  ): Promise<Service> {
    const child = this.#spawn(program, args, { env });
    let log = '';
    child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    this.#services.add(child);
    await until(async () => child.exitCode !== null || (await isUp()), program);
    if (child.exitCode !== null) throw new Error(`${program} did not start:\n${log}`);
    return {
      log: () => log,
      signal: (name) => void child.kill(name),
      stop: async () => {
        this.#services.delete(child);
        await end(child);
      },
    };
  }

  /** A plain distribution registry; with a pair it speaks TLS. */
  async registry(port: number, pair?: { readonly certificate: string; readonly key: string }): Promise<Service> {
    const config = join(this.folder, `registry-${port}.yml`);
    const tls = pair ? `\n  tls:\n    certificate: ${pair.certificate}\n    key: ${pair.key}` : '';
    await writeFile(
      config,
      `version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: ${this.folder}/registry-${port}\nhttp:\n  addr: :${port}${tls}\n`,
    );
    return this.start('docker-registry', ['serve', config], port);
  }

  /** Berth itself, from the build, as `berth serve` starts it; its data stay in `name` of the sandbox's folder. */
  async server(name: string, port: number, env: Record<string, string>): Promise<Service> {
    const command = fileURLToPath(new URL('../../apps/cli/bin/berth.js', import.meta.url));
    const data = join(this.folder, name);
    await mkdir(data, { recursive: true });
    const settings = {
      BERTH_DATA: data,
      BERTH_HOST: '0.0.0.0',
      BERTH_HTTP_PORT: String(port + 10_000),
      BERTH_METRICS_PORT: String(port + 20_000),
      BERTH_HTTPS_PORT: String(port),
      BERTH_ADMIN_PASSWORD: ADMIN_PASSWORD,
      TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    };
    return this.startUntil([process.execPath, command, 'serve'], this.#listens(port), { ...settings, ...env });
  }

  /** The docker engine, with what stands in its daemon.json. @returns false when it refuses to start; engineLog says why. */
  async startEngine(daemonJson: object = {}, env: Record<string, string> = {}): Promise<boolean> {
    await writeFile(join(this.folder, 'docker', 'daemon.json'), JSON.stringify(daemonJson));
    const data = join(this.folder, 'engine');
    this.engineLog = '';
    const args = [
      '--data-root',
      `${data}/data`,
      '--exec-root',
      `${data}/exec`,
      '-H',
      this.#socket,
      '--pidfile',
      `${data}/pid`,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--storage-driver=overlay2',
    ];
    await mkdir(data, { recursive: true });
    const child = this.#spawn('dockerd', args, { env });
    this.#engine = child;
    child.stderr?.on('data', (chunk: Buffer) => (this.engineLog += chunk.toString()));
    await until(async () => child.exitCode !== null || (await this.docker('version')).code === 0, 'the docker engine');
    return child.exitCode === null;
  }

  async stopEngine(): Promise<void> {
    if (this.#engine) await end(this.#engine);
    this.#engine = undefined;
  }

  async docker(...args: string[]): Promise<Outcome> {
    return this.run('docker', args);
  }

  /** `docker login` as a person would; the message is what docker prints when it fails. */
  async login(host: string, user = 'someone', password = 'secret'): Promise<Outcome> {
    return this.run('docker', ['login', '-u', user, '--password-stdin', host], { input: `${password}\n` });
  }

  /** An image of one small layer, made without any base. */
  async makeImage(name: string): Promise<void> {
    await writeFile(join(this.folder, 'layer.txt'), `made at ${new Date().toISOString()}\n`);
    await this.must('sh', ['-c', `tar -C ${this.folder} -c layer.txt | docker import - ${name}`]);
  }

  async dispose(): Promise<void> {
    await this.stopEngine();
    for (const child of this.#services) await end(child);
    await end(this.#holder);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #socket(): string {
    return `unix://${this.folder}/docker.sock`;
  }

  #spawn(
    program: string,
    args: readonly string[],
    options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
  ): ChildProcess {
    const path = findProgram(program) ?? program;
    // exec keeps the process id, so ending the child ends the program itself.
    const all = ['-t', String(this.#holder.pid), '-m', '-n', `--wd=${options.cwd ?? this.folder}`, path, ...args];
    const clean = {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      HOME: this.home,
      DOCKER_HOST: this.#socket,
      NO_COLOR: '1',
      ...options.env,
    };
    return spawn('nsenter', all, { env: clean, stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

/** The commands as one file, so that they run inside without the checkout's loader. */
async function bundle(out: string): Promise<void> {
  const root = new URL('../', import.meta.url).pathname;
  const code = `import { Command } from 'commander';\nimport { certCommand, doctorCommand } from './src/index.ts';\nawait new Command('berth').addCommand(certCommand()).addCommand(doctorCommand()).parseAsync();`;
  await build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: out,
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(timer);
}

/** A Debian 13 file tree (docker 26, built with a newer Go) may stand in BERTH_E2E_TOOLS; BERTH_CERTS_ENGINE=newer takes docker from it. */
function findProgram(name: string): string | undefined {
  const tree = process.env['BERTH_CERTS_ENGINE'] === 'newer' ? process.env['BERTH_E2E_TOOLS'] : undefined;
  if (tree !== undefined) {
    const inTree = ['usr/sbin', 'usr/bin'].map((folder) => join(tree, folder, name)).find((path) => existsSync(path));
    if (inTree !== undefined && ENGINE_PROGRAMS.includes(name)) return inTree;
  }
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
