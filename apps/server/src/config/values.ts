import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/*
 * One schema per shape of value. Each takes what an environment variable (a string) or YAML (a scalar or a list) may hold.
 * The sentence that says what is right stands beside the key in keys.ts, since zod's own messages speak of types, not of settings.
 */

const text = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim());
const nonEmpty = text.pipe(z.string().min(1).max(4096));

export const stringValue = nonEmpty;

export const portValue = text
  .pipe(z.string().regex(/^\d{1,5}$/))
  .transform(Number)
  .pipe(z.number().max(65535));

export const workersValue = text
  .pipe(z.string().regex(/^\d{1,3}$/))
  .transform(Number)
  .pipe(z.number().min(1).max(64));

/** MiB, in bytes. S3 takes no smaller parts, and each upload holds some in memory. */
export const partSizeValue = text
  .pipe(z.string().regex(/^\d{1,4}$/))
  .transform(Number)
  .pipe(z.number().min(5).max(1024))
  .transform((mebibytes) => mebibytes * 1024 * 1024);

export const secondsValue = text.pipe(z.string().regex(/^\d{1,4}$/)).transform(Number);

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

export const booleanValue = text.transform((value, context) => {
  const meant = WORDS[value.toLowerCase()];
  if (meant === undefined) {
    context.addIssue('not a yes or no');
    return z.NEVER;
  }
  return meant;
});

/** A name or address to listen on. */
export const hostValue = nonEmpty.refine((value) => isIP(value) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value));

/** Scheme, host and port only: a registry cannot live below a path, since docker always asks for /v2/ at the root. */
export const externalUrlValue = nonEmpty.transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const clean = url && (url.protocol === 'http:' || url.protocol === 'https:') && url.pathname === '/' && !url.search && !url.hash;
  if (!clean || url.username || url.password) {
    context.addIssue('not an origin');
    return z.NEVER;
  }
  return url.origin;
});

export const databaseUrlValue = nonEmpty.refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && (url.protocol === 'postgres:' || url.protocol === 'postgresql:');
});

export const endpointUrlValue = nonEmpty.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol));

/** Harbor writes `warning`. */
const LEVELS = { trace: 'trace', debug: 'debug', info: 'info', warn: 'warn', warning: 'warn', error: 'error', fatal: 'fatal' } as const;
export type LogLevel = (typeof LEVELS)[keyof typeof LEVELS];

export const logLevelValue = text
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(Object.keys(LEVELS) as [keyof typeof LEVELS]))
  .transform((value): LogLevel => LEVELS[value]);

/** `auto`: the server makes its CA and certificate itself. */
export const tlsModeValue = text.pipe(z.enum(['auto', 'files']));

/** What is backed up before the schema changes: `optional` goes on without when that fails. */
export const upgradeBackupValue = text.pipe(z.enum(['required', 'optional', 'off']));

/** How many of a kind are kept. */
export const keepValue = text
  .pipe(z.string().regex(/^\d{1,3}$/))
  .transform(Number)
  .pipe(z.number().min(1));

export const storageTypeValue = text.pipe(z.enum(['disk', 's3']));

export const serverSideEncryptionValue = text.pipe(z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']));

/** Addresses and networks, as a YAML list or separated by commas. */
export const networksValue = z
  .union([z.array(z.string()), text.transform((value) => value.split(','))])
  .transform((items) => items.map((item) => item.trim()).filter((item) => item !== ''))
  .refine((items) => items.length <= 256 && items.every(isNetwork));

function isNetwork(item: string): boolean {
  const [address = '', prefix, ...rest] = item.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** The networks as something that can be asked `check(address, family)`. */
export function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** What makes a secret strong enough to derive keys from: 32 characters, which is 192 bits in base64. */
export const secretKeyValue = nonEmpty.pipe(z.string().min(32));

export const passwordValue = z.string().min(1).max(128);
