import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { type DockerEngine } from '../harness/docker-engine.ts';
import { CHECKOUT } from '../harness/scratch.ts';
import { IMAGE } from './compose-scene.ts';

export const NEXT_VERSION = '0.2.0';
export const NEXT_IMAGE = `berth:${NEXT_VERSION}`;

/**
 * Makes the release after this one: its image in `engine`, and the directory of its installer, which is answered. It is this source under
 * another version and with one migration more. That shows how an upgrade happens, whatever the newest migrations of this source are, and
 * in a clone that has neither tags nor history; whether two releases understand each other's rows is for the migrations' own tests.
 */
export async function makeNextRelease(engine: DockerEngine, folder: string): Promise<string> {
  const context = join(folder, 'next-image');
  await mkdir(context);
  const migrations = join(context, 'migrations.ts');
  await writeFile(
    migrations,
    `import { migrations as released } from ${JSON.stringify(join(CHECKOUT, 'migrations/src/index.ts'))};
     const up = async (knex) => void (await knex.raw('ALTER TABLE projects ADD COLUMN next_release text'));
     export const migrations = [...released, { name: '9000_next_release', up, down: async () => undefined }];\n`,
  );
  await build({
    absWorkingDir: join(CHECKOUT, 'apps/cli'),
    entryPoints: ['src/index.ts'],
    outdir: join(context, 'dist'),
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', logLevel: 'error' },
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [nextSource(migrations)],
  });
  await writeFile(join(context, 'Dockerfile'), `FROM ${IMAGE}\nCOPY dist /opt/berth/apps/cli/dist\n`);
  await engine.docker(['build', '--network', 'none', '--tag', NEXT_IMAGE, context], { timeoutMs: 300_000 });
  const release = join(folder, `release-${NEXT_VERSION}`);
  await cp(join(CHECKOUT, 'deploy'), release, { recursive: true });
  const installer = join(release, 'install.sh');
  await writeFile(installer, (await readFile(installer, 'utf8')).replace(/^VERSION=.*$/m, `VERSION=${NEXT_VERSION}`));
  return release;
}

/** The workspace's packages from their source, as the build of the command has them, but for two things. */
function nextSource(migrations: string): Plugin {
  const require = createRequire(join(CHECKOUT, 'apps/cli/src/index.ts'));
  const server = createRequire(join(CHECKOUT, 'apps/server/src/index.ts'));
  const packages = createRequire(join(CHECKOUT, 'packages/database/src/index.ts'));
  const resolve = (path: string): string => {
    if (path === '@berth/migrations') return migrations;
    for (const from of [require, server, packages]) {
      try {
        return from.resolve(path);
      } catch {
        // The next one may know it.
      }
    }
    throw new Error(`${path} is in no workspace.`);
  };
  return {
    name: 'next release',
    setup(plugin) {
      plugin.onResolve({ filter: /^@berth\// }, ({ path }) => ({ path: resolve(path) }));
      plugin.onLoad({ filter: /\/apps\/(server|cli)\/package\.json$/ }, async ({ path }) => ({
        contents: JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), version: NEXT_VERSION }),
        loader: 'json',
      }));
    },
  };
}
