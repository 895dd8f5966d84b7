import { join } from 'node:path';
import { copyBinaries, type PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { ServerIdentity } from './identity.ts';
import { runProgram } from './program.ts';
import type { RuntimeDirectory } from './runtime-directory.ts';

export interface RunnablePlaces {
  /** In the data directory. */
  readonly kept: PostgresBinaries;
  readonly runtime: RuntimeDirectory;
  readonly identity: ServerIdentity | undefined;
}

/** initdb puts its own path between double quotes into a shell command, where these mean something. */
const UNSAFE_FOR_SHELL = /["$`\\\n]/;

/**
 * A tree from which `identity` can run Postgres: the kept one, else (its directory is closed to that user, or mounted noexec) a copy
 * that lives as long as the server. Only trying tells: rights above, mount options and missing system libraries all count.
 */
export async function findRunnable(places: RunnablePlaces): Promise<string> {
  const { kept, runtime, identity } = places;
  if (!UNSAFE_FOR_SHELL.test(kept.directory) && (await whyNotRunnable(kept.directory, identity)) === undefined) return kept.directory;
  const copy = join(runtime.directory, `postgres-${kept.major}`);
  await copyBinaries(kept, copy);
  const reason = await whyNotRunnable(copy, identity);
  if (reason === undefined) return copy;
  const user = identity === undefined ? 'this user' : `user id ${identity.uid} (Postgres refuses to run as root)`;
  throw new EmbeddedPostgresError(
    `The programs of Postgres ${kept.version} cannot be run by ${user}: ${reason}. Tried ${kept.directory} and ${copy}. Put BERTH_DATA or TMPDIR where that user may execute files, or set BERTH_DATABASE_URL to a Postgres of your own. The data is unchanged.`,
  );
}

async function whyNotRunnable(directory: string, identity: ServerIdentity | undefined): Promise<string | undefined> {
  const call = { program: join(directory, 'bin', 'postgres'), args: ['--version'], cwd: '/', identity };
  const { code, output } = await runProgram(call);
  return code === 0 ? undefined : output;
}
