import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DockerEngine } from './docker-engine.ts';
import { copyPostgres, POSTGRES_PROGRAMS } from './postgres-server.ts';
import { run } from './processes.ts';
import { CHECKOUT, removeFolder } from './scratch.ts';
import { copyLibraries, systemRoot } from './system-root.ts';
import { requireTool } from './tools.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Gives an engine `node:24-bookworm-slim`: a real Node 24 and npm on this Debian's libraries. */
export async function importNodeImage(engine: DockerEngine): Promise<void> {
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

/** Gives an engine `postgres:18`: a real Postgres 18, its client's pg_isready, and an entrypoint that behaves like the official one. */
export async function importPostgresImage(engine: DockerEngine): Promise<void> {
  const client = await pgIsReady();
  const root = await systemRoot(['setpriv', client]);
  try {
    await copyPostgres(join(root, 'usr/lib/postgresql/18'));
    for (const name of POSTGRES_PROGRAMS) await symlink(`/usr/lib/postgresql/18/bin/${name}`, join(root, 'usr/local/bin', name));
    await symlink(client, join(root, 'usr/local/bin/pg_isready'));
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

/** The program itself: what Debian has on the PATH is a Perl script that chooses one. */
async function pgIsReady(): Promise<string> {
  const home = '/usr/lib/postgresql';
  for (const version of existsSync(home) ? await readdir(home) : []) {
    const path = join(home, version, 'bin/pg_isready');
    if (existsSync(path)) return path;
  }
  throw new Error('pg_isready is not installed: apt-get install postgresql-client');
}

async function importRoot(engine: DockerEngine, image: { root: string; name: string; changes: readonly string[] }): Promise<void> {
  const archive = join(engine.folder, 'root.tar');
  await run('tar', ['-C', image.root, '--numeric-owner', '-cf', archive, '.']);
  await engine.docker(['import', ...image.changes.flatMap((change) => ['--change', change]), archive, image.name]);
  await removeFolder(archive);
}
