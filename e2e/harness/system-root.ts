import { existsSync } from 'node:fs';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, tryRun } from './processes.ts';
import { scratchFolder } from './scratch.ts';
import { requireTool } from './tools.ts';

const COREUTILS = [
  ...[
    'basename',
    'cat',
    'chgrp',
    'chmod',
    'chown',
    'cp',
    'cut',
    'date',
    'dd',
    'df',
    'dirname',
    'echo',
    'env',
    'expr',
    'false',
    'head',
    'id',
  ],
  ...['install', 'ln', 'ls', 'mkdir', 'mktemp', 'mv', 'pwd', 'readlink', 'realpath', 'rm', 'rmdir', 'sleep', 'sort', 'stat', 'tail', 'tee'],
  ...['test', 'touch', 'tr', 'true', 'uname', 'wc'],
];
// npm looks into ldd to tell which C library the packages with native code must be for.
const COMMON = ['sh', 'bash', 'ldd', 'grep', 'sed', 'find', 'useradd', 'groupadd', ...COREUTILS];

/** Packages whose every library is there, since native code of npm packages opens more of them than Node itself. */
const BASE_LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6'];

/**
 * The root of a slim Debian, put together in seconds from this machine's own files: the usual commands, `programs` (names or paths) and the
 * libraries they need. It stands in for images that can only be pulled. The caller removes the folder.
 */
export async function systemRoot(programs: readonly string[]): Promise<string> {
  const root = await scratchFolder('root');
  for (const folder of [
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
    'usr/local/bin',
    'etc/ssl/certs',
    'root',
    'tmp',
    'run',
    'var/lib',
    'proc',
    'sys',
    'dev',
  ])
    await mkdir(join(root, folder), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(root, name));
  await symlink('/run', join(root, 'var/run'));
  const paths = [...COMMON, ...programs].map((name) => (name.startsWith('/') ? name : requireTool(name)));
  await copyWithLibraries(root, paths);
  await run('cp', ['-L', '--parents', ...(await librariesOf(BASE_LIBRARIES)), root]);
  const settings = ['/etc/os-release', '/etc/login.defs', '/etc/debian_version', '/etc/ssl/certs/ca-certificates.crt'].filter(existsSync);
  await run('cp', ['-L', '--parents', ...settings, root]);
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  await writeFile(join(root, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o640 });
  await writeFile(join(root, 'etc/gshadow'), 'root:*::\n', { mode: 0o640 });
  await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  await run('chmod', ['1777', join(root, 'tmp')]);
  return root;
}

/** Copies programs to the same paths below `root`, and their libraries. */
async function copyWithLibraries(root: string, paths: readonly string[]): Promise<void> {
  await run('cp', ['-L', '--parents', ...new Set(paths), root]);
  await copyLibraries(root, paths);
}

/** Copies every library that the loader would open for these programs. */
export async function copyLibraries(root: string, paths: readonly string[]): Promise<void> {
  // A script or a static program has no libraries, which ldd reports as a failure.
  const { stdout } = await tryRun('ldd', await Promise.all(paths.map((path) => realpath(path))));
  const libraries = new Set([...stdout.matchAll(/(?:=>\s+|^\s+)(\/[^\s]+)\s+\(0x/gm)].map((match) => match[1] ?? ''));
  if (libraries.size > 0) await run('cp', ['-L', '--parents', ...libraries, root]);
}

async function librariesOf(packages: readonly string[]): Promise<string[]> {
  const { stdout } = await run('dpkg-query', ['--listfiles', ...packages]);
  return stdout.split('\n').filter((path) => /^\/(usr\/)?lib\/[^/]+\/[^/]+\.so[^/]*$/.test(path) && existsSync(path));
}
