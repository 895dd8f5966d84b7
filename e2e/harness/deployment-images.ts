import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DockerEngine } from './docker-engine.ts';
import { copyPostgres, POSTGRES_PROGRAMS } from './postgres-server.ts';
import { run } from './processes.ts';
import { CHECKOUT, removeFolder } from './scratch.ts';
import { copyLibraries, systemRoot } from './system-root.ts';
import { requireTool } from './tools.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Gives an engine `node:24-bookworm-slim`: a real Node 24 and npm on this Debian's libraries. */
export async function importNodeImage(engine: Pick<DockerEngine, 'docker' | 'folder'>): Promise<void> {
  const found = await run('npx', ['--yes', '-p', 'node@24', '--', 'node', '--print', 'process.execPath']);
  const node = await realpath(found.stdout.trim());
  const npm = dirname(dirname(await realpath(requireTool('npm'))));
  const root = await systemRoot([]);
  try {
    await copyLibraries(root, [node]);
    await copyFile(node, join(root, 'usr/local/bin/node'));
    await chmod(join(root, 'usr/local/bin/node'), 0o755);
    await mkdir(join(root, 'usr/local/lib/node_modules'), { recursive: true });
    await cp(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
    for (const name of ['npm', 'npx']) {
      await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
    }
    // The build asks a registry for packages: it must trust what this machine trusts.
    const changes = [`ENV PATH=${PATH}`, 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt', 'CMD ["node"]'];
    await importRoot(engine, { root, name: 'node:24-bookworm-slim', changes });
  } finally {
    await removeFolder(root);
  }
}

/** Gives an engine `postgres:18`: a real Postgres 18, its client's pg_isready and psql, and an entrypoint that behaves like the official one. */
export async function importPostgresImage(engine: Pick<DockerEngine, 'docker' | 'folder'>): Promise<void> {
  const clients = await Promise.all(['pg_isready', 'psql'].map(postgresClient));
  const root = await systemRoot(['setpriv', ...clients]);
  try {
    await copyPostgres(join(root, 'usr/lib/postgresql/18'));
    for (const name of POSTGRES_PROGRAMS) await symlink(`/usr/lib/postgresql/18/bin/${name}`, join(root, 'usr/local/bin', name));
    for (const path of clients) await symlink(path, join(root, 'usr/local/bin', basename(path)));
    await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n');
    await writeFile(join(root, 'etc/group'), 'root:x:0:\npostgres:x:999:\n');
    await mkdir(join(root, 'var/lib/postgresql'), { recursive: true });
    await mkdir(join(root, 'run/postgresql'), { recursive: true });
    await run('chown', ['999:999', join(root, 'var/lib/postgresql'), join(root, 'run/postgresql')]);
    await copyFile(join(CHECKOUT, 'e2e/compose/postgres-entrypoint.sh'), join(root, 'usr/local/bin/docker-entrypoint.sh'));
    await chmod(join(root, 'usr/local/bin/docker-entrypoint.sh'), 0o755);
    const changes = [
      ...[`ENV PATH=${PATH}`, 'ENV PGDATA=/var/lib/postgresql/18/docker', 'VOLUME /var/lib/postgresql', 'EXPOSE 5432'],
      ...['ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["postgres"]'],
    ];
    await importRoot(engine, { root, name: 'postgres:18', changes });
  } finally {
    await removeFolder(root);
  }
}

/** Gives an engine `haproxy:3.2-alpine`: Debian's HAProxy at the paths of the official image, with its entrypoint's flags, and busybox's wget. */
export async function importBalancerImage(engine: Pick<DockerEngine, 'docker' | 'folder'>): Promise<void> {
  const root = await systemRoot([requireTool('haproxy')]);
  try {
    await copyFile(requireTool('busybox'), join(root, 'usr/bin/wget'));
    await chmod(join(root, 'usr/bin/wget'), 0o755);
    await mkdir(join(root, 'usr/local/etc/haproxy'), { recursive: true });
    const changes = [
      ...[`ENV PATH=${PATH}`],
      ...['ENTRYPOINT ["haproxy", "-W", "-db"]', 'CMD ["-f", "/usr/local/etc/haproxy/haproxy.cfg"]'],
    ];
    await importRoot(engine, { root, name: 'haproxy:3.2-alpine', changes });
  } finally {
    await removeFolder(root);
  }
}

/** The program itself: what Debian has on the PATH is a Perl script that chooses one. */
async function postgresClient(name: string): Promise<string> {
  const home = '/usr/lib/postgresql';
  for (const version of existsSync(home) ? await readdir(home) : []) {
    const path = join(home, version, 'bin', name);
    if (existsSync(path)) return path;
  }
  throw new Error(`${name} is not installed: apt-get install postgresql-client`);
}

async function importRoot(
  engine: Pick<DockerEngine, 'docker' | 'folder'>,
  image: { root: string; name: string; changes: readonly string[] },
): Promise<void> {
  const archive = join(engine.folder, 'root.tar');
  await run('tar', ['-C', image.root, '--numeric-owner', '-cf', archive, '.']);
  await engine.docker(['import', ...image.changes.flatMap((change) => ['--change', change]), archive, image.name]);
  await removeFolder(archive);
}
