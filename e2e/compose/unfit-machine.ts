import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { run, tryRun } from '../harness/processes.ts';
import { CHECKOUT } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';
import { type ComposeScene, NAME } from './compose-scene.ts';

/** A machine on which everything that install.sh asks for is there, and one thing is wrong. */
interface Unfit {
  readonly what: string;
  /** Programs that answer in place of the real ones, as lines of sh. `$REAL` is the real one. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly flags?: readonly string[];
  /** Of /proc/meminfo. */
  readonly memoryKiB?: number;
  readonly sentence: RegExp;
}

const MACHINES: readonly Unfit[] = [
  { what: 'no engine', without: ['docker', 'podman'], sentence: /docker is not installed.*apt-get install docker\.io/ },
  {
    what: 'an engine that is not started',
    programs: { docker: 'exit 1' },
    sentence: /does not answer. Start it \(systemctl start docker\)/,
  },
  {
    what: 'podman without its socket',
    without: ['docker'],
    programs: { podman: 'exec $REAL "$@"' },
    sentence: /not its socket, which compose needs \(unix:\/\/.*none\.sock\).*podman\.socket/,
  },
  {
    what: 'no compose',
    without: ['docker-compose'],
    programs: { docker: 'case $1 in compose) exit 1 ;; *) exec $REAL "$@" ;; esac' },
    sentence: /compose is not installed.*apt-get install docker-compose/,
  },
  {
    what: 'too little room',
    programs: { df: 'printf "h\\n/dev/x 9000 1 4999 1%% /\\n"' },
    sentence: /only 4999 MB are free.*Free some space/,
  },
  { what: 'too little memory', memoryKiB: 700_000, sentence: /has 683 MB of memory; at least 900 MB/ },
  {
    what: 'a clock that is wrong',
    programs: { date: 'case $* in *%Y%m%d) echo 20200101 ;; *) echo 2020-01-01 ;; esac' },
    sentence: /the clock says 2020-01-01.*timedatectl set-ntp true/,
  },
  {
    what: 'a name that docker would send elsewhere',
    flags: ['--host', 'registry', '--https-port', '443'],
    sentence: /would go to Docker Hub.*registry\.example\.com/,
  },
  {
    what: 'a rootless engine and a port that belongs to root',
    programs: { docker: 'case $* in *SecurityOptions*) echo "[name=seccomp name=rootless]" ;; *) exec $REAL "$@" ;; esac' },
    flags: ['--https-port', '443'],
    sentence: /port 443 cannot be had by a rootless engine.*--https-port.*ip_unprivileged_port_start=443/,
  },
  {
    what: 'a store that only this machine sees',
    flags: ['--s3-bucket', 'layers', '--s3-endpoint', 'http://127.0.0.1:9000'],
    sentence: /is this machine, as a container does not see it/,
  },
  {
    what: 'a credential that is not there',
    flags: ['--s3-bucket', 'layers', '--s3-access-key-id-file', '/none', '--s3-secret-access-key-file', '/none'],
    sentence: /\/none is empty or cannot be read/,
  },
];

/** Each check that fails says what mends it, and leaves nothing behind. */
export function refusingUnfitMachines(scene: ComposeScene): void {
  const directory = scene.directory('unfit');
  let everything: string;

  // What the installer needs of a machine, by names alone, so that something can be left out.
  beforeAll(async () => {
    everything = join(scene.folder, 'programs');
    await mkdir(everything);
    const names = [
      'sh',
      'dirname',
      'basename',
      'id',
      'sed',
      'tail',
      'head',
      'awk',
      'cat',
      'df',
      'date',
      'tr',
      'uname',
      'getent',
      'grep',
      'printf',
    ];
    for (const name of [...names, 'docker', 'docker-compose', 'podman']) await symlink(requireTool(name), join(everything, name));
  });

  it.each(MACHINES)('refuses a machine with $what', async ({ programs = {}, without = [], flags = [], memoryKiB, sentence }) => {
    const shims = join(scene.folder, `shims-${Math.random().toString(36).slice(2)}`);
    await run('cp', ['-a', everything, shims]);
    for (const name of without) await run('rm', [join(shims, name)]);
    for (const [name, lines] of Object.entries(programs)) {
      await run('rm', ['-f', join(shims, name)]);
      await writeFile(join(shims, name), `#!/bin/sh\nREAL=${requireTool(name)}\n${lines}\n`);
      await chmod(join(shims, name), 0o755);
    }
    const meminfo = join(scene.folder, 'meminfo');
    await writeFile(meminfo, `MemTotal: ${memoryKiB ?? 8_000_000} kB\n`);
    const host = without.includes('docker') ? `unix://${scene.folder}/none.sock` : scene.engine.environment['DOCKER_HOST'];
    const args = [
      '--host',
      NAME,
      '--dir',
      directory.path,
      '--https-port',
      String(scene.https),
      '--http-port',
      String(scene.http),
      ...flags,
    ];
    const result = await tryRun(
      'unshare',
      [
        '--mount',
        requireTool('sh'),
        '-euc',
        `mount --bind ${meminfo} /proc/meminfo; PATH=${shims} exec sh "$@"`,
        'sh',
        join(CHECKOUT, 'deploy/install.sh'),
        ...args,
      ],
      { env: { ...scene.engine.environment, DOCKER_HOST: host } },
    );
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) });
    expect(existsSync(directory.path)).toBe(false);
  });
}
