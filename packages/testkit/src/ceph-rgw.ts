import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** An S3 server, ready. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const TOOLS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'monmaptool', 'ceph-authtool', 'ceph'];
/** Parts of Ceph that keep nothing of each step for the case of a crash. */
const QUIET = ['ms', 'osd', 'rgw', 'objclass', 'objecter', 'rados', 'monc', 'auth', 'client', 'finisher', 'mon', 'optracker', 'tp'];
/**
 * Ceph's own builds are linked with tcmalloc; Debian's storage daemon is not, and spent a third of its time in malloc. radosgw's package
 * brings it.
 */
const ALLOCATOR = { LD_PRELOAD: 'libtcmalloc.so.4', TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES: '134217728' };
const START_MILLISECONDS = 90_000;
const COMMAND_MILLISECONDS = 60_000;
const execute = promisify(execFile);

/** What must be installed before {@link startCephRgw} works, as a sentence; undefined when everything is there. */
export function cephRgwLacks(): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter);
  const lacking = TOOLS.filter((tool) => !places.some((place) => existsSync(join(place, tool))));
  if (lacking.length === 0) return undefined;
  return `needs ${lacking.join(', ')}: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw`;
}

/**
 * Starts Ceph's S3 gateway with one monitor and one storage daemon that keeps everything in memory, in a directory of its own and on
 * ports of its own. Takes ten to twenty seconds. It is set to cost little, since it shares the machine with what is tested. Everything ends
 * with this process at the latest.
 */
export async function startCephRgw(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'rgw-'));
  const cluster = new Cluster(directory);
  try {
    return await cluster.start();
  } catch (error) {
    const log = await cluster.lastWords();
    await cluster.stop();
    throw new Error(`Ceph did not start.\n${log}`, { cause: error });
  }
}

class Cluster {
  readonly #directory: string;
  readonly #configuration: string;
  readonly #daemons: ChildProcess[] = [];
  readonly #onExit = (): void => {
    for (const daemon of this.#daemons) daemon.kill('SIGKILL');
  };

  constructor(directory: string) {
    this.#directory = directory;
    this.#configuration = join(directory, 'ceph.conf');
    process.once('exit', this.#onExit);
  }

  async start(): Promise<S3Server> {
    const [first, second, gateway] = await freePorts(3);
    const monitor = `[v2:127.0.0.1:${first},v1:127.0.0.1:${second}]`;
    const fsid = randomUUID();
    await writeFile(this.#configuration, this.#settings(fsid, monitor, gateway ?? 0));
    await this.#startMonitor(fsid, monitor);
    await this.#startStorage();
    await this.#daemon('radosgw', ['-f', '-n', 'client.rgw.a']);
    const user = await this.#makeUser();
    const endpoint = `http://127.0.0.1:${gateway}`;
    await answering(endpoint);
    return { endpoint, region: 'us-east-1', ...user, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    await Promise.all(
      this.#daemons.map(async (daemon) => {
        if (daemon.exitCode !== null || daemon.signalCode !== null) return;
        const ended = new Promise((resolve) => daemon.once('exit', resolve));
        daemon.kill('SIGKILL'); // nothing in it is worth a slow end
        await ended;
      }),
    );
    await rm(this.#directory, { recursive: true, force: true });
  }

  async lastWords(): Promise<string> {
    const logs = ['mon.a', 'osd.0', 'client.rgw.a'].map(async (name) => {
      const text = await readFile(join(this.#directory, `${name}.log`), 'utf8').catch(() => '');
      return `${name}: ${text.slice(-1500)}`;
    });
    return (await Promise.all(logs)).join('\n');
  }

  #settings(fsid: string, monitor: string, gatewayPort: number): string {
    const at = (name: string): string => join(this.#directory, name);
    return `[global]
fsid = ${fsid}
mon host = ${monitor}
public addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${at('keyring')}
run dir = ${this.#directory}
admin socket = ${at('$name.asok')}
pid file = ${at('$name.pid')}
log file = ${at('$name.log')}
mon data = ${at('mon')}
osd data = ${at('osd')}
osd objectstore = memstore
memstore device bytes = 17179869184
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
ms async op threads = 1
osd op num shards = 1
osd op num threads per shard = 1
osd enable op tracker = false
osd min pg log entries = 10
osd max pg log entries = 10
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
rgw data = ${this.#directory}
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw run sync thread = false
rgw dynamic resharding = false
rgw override bucket index max shards = 1
rgw enable usage log = false
rgw thread pool size = 64
${QUIET.map((part) => `debug ${part} = 0/0`).join('\n')}
`;
  }

  async #startMonitor(fsid: string, monitor: string): Promise<void> {
    const keyring = join(this.#directory, 'keyring');
    const map = join(this.#directory, 'monmap');
    const all = ['--cap', 'mon', 'allow *'];
    const osd = [...all, '--cap', 'osd', 'allow *'];
    await this.#run('ceph-authtool', ['--create-keyring', keyring, '--gen-key', '-n', 'mon.', ...all]);
    for (const name of ['client.admin', 'osd.0', 'client.rgw.a']) {
      await this.#run('ceph-authtool', [keyring, '--gen-key', '-n', name, ...osd, '--cap', 'mgr', 'allow *']);
    }
    await this.#run('monmaptool', ['--create', '--addv', 'a', monitor, '--fsid', fsid, map]);
    await mkdir(join(this.#directory, 'mon'));
    await this.#run('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring]);
    await this.#daemon('ceph-mon', ['-f', '-i', 'a']);
  }

  async #startStorage(): Promise<void> {
    const id = randomUUID();
    await this.#run('ceph', ['osd', 'new', id]);
    await mkdir(join(this.#directory, 'osd'));
    await this.#run('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', id]);
    await this.#daemon('ceph-osd', ['-f', '-i', '0']);
  }

  async #makeUser(): Promise<{ accessKeyId: string; secretAccessKey: string }> {
    const out = await this.#run('radosgw-admin', ['-n', 'client.rgw.a', 'user', 'create', '--uid', 'berth', '--display-name', 'Berth']);
    const { keys } = JSON.parse(out) as { keys: { access_key: string; secret_key: string }[] };
    const key = keys[0];
    if (key === undefined) throw new Error(`radosgw-admin named no key: ${out}`);
    return { accessKeyId: key.access_key, secretAccessKey: key.secret_key };
  }

  async #run(tool: string, args: readonly string[]): Promise<string> {
    const { stdout } = await execute(tool, ['-c', this.#configuration, ...args], { timeout: COMMAND_MILLISECONDS });
    return stdout;
  }

  async #daemon(tool: string, args: readonly string[]): Promise<void> {
    const daemon = spawn(tool, ['-c', this.#configuration, ...args], {
      stdio: 'ignore',
      cwd: this.#directory,
      env: { ...process.env, ...ALLOCATOR },
    });
    this.#daemons.push(daemon);
    await new Promise((resolve, reject) => daemon.once('spawn', resolve).once('error', reject));
  }
}

/** Ports that were free a moment ago: these daemons cannot choose their own. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function answering(url: string): Promise<void> {
  for (const deadline = Date.now() + START_MILLISECONDS; ; ) {
    try {
      await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
