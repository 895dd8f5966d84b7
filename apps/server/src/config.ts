import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ConfigError } from './config/config-error.ts';
import { type ConfigFile, readConfigFile } from './config/config-file.ts';
import { KEYS, type KeyName, type ValueOf } from './config/keys.ts';
import { nearest } from './config/nearest.ts';
import { previousStorageOf, type StorageConfig, storageOf } from './config/storage.ts';
import type { LogLevel } from './config/values.ts';

export { ConfigError } from './config/config-error.ts';
export type { StorageConfig } from './config/storage.ts';

export interface TlsConfig {
  readonly port: number;
  /** Absolute paths of PEM files. */
  readonly certificate: string;
  readonly key: string;
  /** The files are made and renewed by the server itself. */
  readonly auto?: true;
}

export type DatabaseConfig = { readonly kind: 'embedded' } | { readonly kind: 'url'; readonly url: string };

/** The backup of the database that is made before its schema changes. */
export interface UpgradeConfig {
  readonly backup: 'required' | 'optional' | 'off';
  /** An absolute folder, or `s3://bucket/prefix`. */
  readonly place: string;
  /** How many are kept. */
  readonly keep: number;
}

/** Everything the server was told, checked. Plain data: it travels to worker processes as a message. */
export interface Config {
  /** Absolute. */
  readonly dataDir: string;
  readonly host: string;
  readonly httpPort: number;
  readonly tls?: TlsConfig;
  /** Origin without a trailing slash. */
  readonly externalUrl?: string;
  readonly trustedProxies: readonly string[];
  readonly workers: number;
  readonly database: DatabaseConfig;
  readonly storage: StorageConfig;
  /** Where the blobs were until now, while they move to {@link storage}. */
  readonly previousStorage?: StorageConfig;
  /** For the first administrator; used when the database holds no user. */
  readonly adminPassword?: string;
  /** Absent: kept in a file of the data directory. */
  readonly secretKey?: string;
  readonly metrics: { readonly enabled: boolean; readonly port: number };
  readonly logLevel: LogLevel;
  readonly upgrade: UpgradeConfig;
  /** Seconds for which a stopping server still takes requests while /readyz sends a load balancer away. */
  readonly farewellSeconds: number;
  /** Seconds that running requests get when the server stops. */
  readonly drainSeconds: number;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file that was read. */
  readonly file?: string;
  /** Sentences for the log: unknown and ignored settings. */
  readonly warnings: readonly string[];
  /** Where each setting that is not a default was found: a flag, a variable, or a key of the file. */
  readonly origins: Readonly<Partial<Record<KeyName, string>>>;
}

/** `config` names a file as BERTH_CONFIG does; `values` are command line flags, which win over everything else. */
export interface ConfigFlags {
  readonly config?: string;
  readonly values?: Partial<Record<KeyName, { readonly value: string; readonly flag: string }>>;
}

/** Name of the generated master secret and of the first password inside the data directory. */
export const SECRET_KEY_FILE = 'secret-key';
export const INITIAL_PASSWORD_FILE = 'initial-admin-password';

/** Variables that begin like ours and belong to tests, to `berth backup` or to this function. */
const OTHER_VARIABLES = /^BERTH_(CONFIG$|BACKUP_|TEST_|E2E_|BENCH_)/;

/**
 * The server's configuration: flags, then environment, then berth.yml, then the defaults. The only reader of `process.env`.
 * Throws {@link ConfigError} with every problem found at once. An empty variable counts as absent, since Compose files pass them so.
 */
export function loadConfig(flags: ConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const reader = new Reader(flags, env);
  const config = assemble(reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return { config, warnings: reader.warnings, origins: reader.origins, ...(reader.path === undefined ? {} : { file: reader.path }) };
}

/** Where one value came from: words for messages, and the directory that relative paths start at. */
interface Found {
  readonly value: unknown;
  readonly label: string;
  readonly base: string;
}

class Reader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly origins: Partial<Record<KeyName, string>> = {};
  readonly path: string | undefined;
  readonly #flags: ConfigFlags;
  readonly #env: NodeJS.ProcessEnv;
  readonly #file: ConfigFile | undefined;

  constructor(flags: ConfigFlags, env: NodeJS.ProcessEnv) {
    this.#flags = flags;
    this.#env = env;
    const named = flags.config ?? (env.BERTH_CONFIG || undefined);
    this.path = named !== undefined ? resolve(named) : existsSync('berth.yml') ? resolve('berth.yml') : undefined;
    this.#file = this.path === undefined ? undefined : readConfigFile(this.path);
    this.warnings.push(...(this.#file?.warnings ?? []), ...unknownVariables(env));
  }

  get<Name extends KeyName>(name: Name): ValueOf<Name> | undefined {
    const found = this.#find(name);
    return found === undefined ? undefined : this.#check(name, found);
  }

  /** A path, made absolute: from the environment it starts at the working directory, from berth.yml at the file's. */
  absolute(name: 'data' | 'tlsCertificate' | 'tlsKey' | 'upgradeBackupPlace'): string | undefined {
    const found = this.#find(name);
    const value = found === undefined ? undefined : this.#check(name, found);
    return value === undefined || found === undefined ? undefined : resolve(found.base, value);
  }

  /** Where the value came from, for sentences about combinations. */
  label(name: KeyName): string {
    return this.#find(name)?.label ?? KEYS[name].env;
  }

  #find(name: KeyName): Found | undefined {
    const key = KEYS[name];
    const cwd = process.cwd();
    const flag = this.#flags.values?.[name];
    if (flag !== undefined) return { value: flag.value, label: flag.flag, base: cwd };
    const value = this.#env[key.env];
    const secretFile = 'secret' in key ? this.#env[`${key.env}_FILE`] : undefined;
    if (value && secretFile) this.#problem(`${key.env} and ${key.env}_FILE are both set; set one of them.`);
    if (value) return { value, label: key.env, base: cwd };
    if (secretFile) return this.#fromSecretFile(`${key.env}_FILE`, secretFile);
    const inFile = 'path' in key ? this.#file?.values.get(key.path) : undefined;
    return inFile === undefined || this.path === undefined ? undefined : { ...inFile, base: dirname(this.path) };
  }

  #fromSecretFile(variable: string, path: string): Found | undefined {
    try {
      // Editors and `echo` end a file with a line break that is not part of the secret.
      const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      if (value !== '') return { value, label: `${variable} (${path})`, base: process.cwd() };
      this.#problem(`${variable} names ${path}, which is empty. Write the secret into it.`);
    } catch (error) {
      this.#problem(`${variable} names ${path}, which cannot be read: ${(error as Error).message}.`);
    }
    return undefined;
  }

  #check<Name extends KeyName>(name: Name, found: Found): ValueOf<Name> | undefined {
    const key = KEYS[name];
    this.origins[name] = found.label;
    const parsed = key.schema.safeParse(found.value);
    if (parsed.success) return parsed.data as ValueOf<Name>;
    const shown = 'secret' in key ? 'not usable' : JSON.stringify(found.value);
    this.#problem(`${found.label} is ${shown}: ${key.right}.`);
    return undefined;
  }

  #problem(sentence: string): void {
    if (!this.problems.includes(sentence)) this.problems.push(sentence);
  }
}

function assemble(reader: Reader): Config {
  const externalUrl = reader.get('externalUrl');
  const adminPassword = reader.get('adminPassword');
  const secretKey = reader.get('secretKey');
  const databaseUrl = reader.get('databaseUrl');
  const tls = tlsOf(reader);
  if (adminPassword === 'Harbor12345') {
    reader.problems.push(
      `${reader.label('adminPassword')} is Harbor's well-known default password. Choose another, or leave it out and Berth makes one.`,
    );
  }
  return {
    dataDir: reader.absolute('data') ?? resolve('data'),
    host: reader.get('host') ?? '127.0.0.1',
    httpPort: reader.get('httpPort') ?? 8080,
    ...(tls === undefined ? {} : { tls }),
    ...(externalUrl === undefined ? {} : { externalUrl }),
    trustedProxies: reader.get('trustedProxies') ?? [],
    workers: reader.get('workers') ?? defaultWorkers(),
    database: databaseUrl === undefined ? { kind: 'embedded' } : { kind: 'url', url: databaseUrl },
    storage: storageOf(reader),
    ...previousStorageOf(reader),
    ...(adminPassword === undefined ? {} : { adminPassword }),
    ...(secretKey === undefined ? {} : { secretKey }),
    metrics: { enabled: reader.get('metricsEnabled') ?? true, port: reader.get('metricsPort') ?? 9090 },
    logLevel: reader.get('logLevel') ?? 'info',
    upgrade: {
      backup: reader.get('upgradeBackup') ?? 'required',
      place: upgradePlaceOf(reader),
      keep: reader.get('upgradeBackupKeep') ?? 3,
    },
    farewellSeconds: reader.get('farewellSeconds') ?? 0,
    drainSeconds: reader.get('drainSeconds') ?? 25,
  };
}

function upgradePlaceOf(reader: Reader): string {
  if (reader.get('upgradeBackupPlace')?.startsWith('s3://') === true) return reader.get('upgradeBackupPlace') ?? '';
  return reader.absolute('upgradeBackupPlace') ?? resolve(reader.absolute('data') ?? 'data', 'backups');
}

/** The database works beside the workers, so below four cores a second process only takes turns with the first. */
function defaultWorkers(): number {
  const cores = availableParallelism();
  return cores < 4 ? 1 : Math.min(Math.floor(cores / 2), 8);
}

function tlsOf(reader: Reader): TlsConfig | undefined {
  const port = reader.get('httpsPort') ?? 8443;
  const certificate = reader.absolute('tlsCertificate');
  const key = reader.absolute('tlsKey');
  if (reader.get('tlsMode') === 'auto') {
    if (certificate !== undefined || key !== undefined)
      reader.problems.push(
        'TLS is set to auto (BERTH_TLS, --tls or https.mode), and certificate files are named too. Leave one of the two out.',
      );
    const directory = resolve(reader.absolute('data') ?? 'data', 'tls');
    return { port, certificate: resolve(directory, 'server.crt'), key: resolve(directory, 'server.key'), auto: true };
  }
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) return { port, certificate, key };
  const [given, missing] = certificate === undefined ? (['tlsKey', 'tlsCertificate'] as const) : (['tlsCertificate', 'tlsKey'] as const);
  reader.problems.push(
    `${reader.label(given)} is set but ${KEYS[missing].env} (${KEYS[missing].path} in berth.yml) is not: TLS needs both.`,
  );
  return undefined;
}

/** A misspelt variable would silently leave a default in place: say so, with the nearest name. */
function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = Object.values(KEYS).flatMap((key) => ('secret' in key ? [key.env, `${key.env}_FILE`] : [key.env]));
  return Object.keys(env)
    .filter((name) => name.startsWith('BERTH_') && !known.includes(name) && !OTHER_VARIABLES.test(name))
    .map((name) => {
      const guess = nearest(name, known);
      return `${name} is not a variable that Berth knows; it was ignored.${guess === undefined ? '' : ` Did you mean ${guess}?`}`;
    });
}
