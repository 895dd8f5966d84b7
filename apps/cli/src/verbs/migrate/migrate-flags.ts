import type { Credentials, RegistryOptions } from '@berth/registry-client';
import type { Command } from 'commander';
import { UsageError } from '../../exit.ts';
import { type ClientFlags, clientOptions } from '../../registry/client-flags.ts';
import { ownServer } from '../../registry/own-server.ts';
import { addServerFlags } from '../../server-flags.ts';

export interface MigrateFlags {
  readonly url: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly plainHttp?: boolean;
  readonly to?: string;
  readonly toUser?: string;
  readonly toPasswordFile?: string;
  readonly toCaFile?: string;
  readonly keepTags: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Where from and where to. Passwords are asked for, read from files, or known from `docker login`. */
export function addMigrateFlags(command: Command): Command {
  command
    .requiredOption('--url <address>', 'the registry to copy from, URL or host[:port]')
    .option('-u, --user <name>', 'who signs in there; without it the login that docker or podman keeps is used')
    .option('--password-file <file>', 'read the password from the first line of a file; without it the password is asked for')
    .option('--ca-file <file>', 'trust this certificate authority for the source too')
    .option('--plain-http', 'speak HTTP without TLS to a source that is given without http://')
    .option('--to <address>', 'the Berth to copy to, URL or host[:port]; by default the one of this machine (its configuration)')
    .option('--to-user <name>', 'who signs in there, in the same way')
    .option('--to-password-file <file>', 'read the password from the first line of a file')
    .option('--to-ca-file <file>', 'trust this certificate authority for the destination too')
    .option('--keep-tags', 'tags that the destination has stay as they are there, whatever they stand for at the source', false)
    .option('--dry-run', 'tell what would be copied, and change nothing', false)
    .option('--json', 'print the report as JSON', false);
  return addServerFlags(command, []);
}

/** Throws UsageError. */
export async function bothSides(command: Command): Promise<{ source: SideOptions; destination: SideOptions }> {
  const flags = command.opts<MigrateFlags>();
  const from: ClientFlags = clientFlags(flags.user, flags.passwordFile, flags.caFile);
  const to = clientFlags(flags.toUser, flags.toPasswordFile, flags.toCaFile);
  const source = await clientOptions({ ...from, ...(flags.plainHttp === true ? { plainHttp: true } : {}) }, flags.url);
  return { source, destination: await clientOptions(to, flags.to ?? (await ownServer(command))) };
}

export type SideOptions = RegistryOptions & { readonly ca: readonly string[] };

/** Throws UsageError. `flag` names who signs in. */
export function signedIn(side: SideOptions, flag: string): SideOptions & { readonly credentials: Credentials } {
  const { credentials } = side;
  if (credentials === undefined) throw new UsageError(`No login for ${side.origin.host} is known: say who signs in with ${flag}.`);
  // Good for pulls and pushes, not for the API, which people, roles and rules are copied by.
  if ('identityToken' in credentials)
    throw new UsageError(`What docker login keeps for ${side.origin.host} is no password: say who signs in with ${flag}.`);
  return { ...side, credentials };
}

function clientFlags(username: string | undefined, passwordFile: string | undefined, caFile: string | undefined): ClientFlags {
  return {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

/** Of an option that can be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
