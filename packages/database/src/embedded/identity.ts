import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The user and group under which Postgres runs. */
export interface ServerIdentity {
  readonly uid: number;
  readonly gid: number;
}

interface Account extends ServerIdentity {
  readonly name: string;
}

/*
 * Postgres refuses to run as root, so a server started by root needs some other uid for it. An account that exists already
 * is the wrong choice: `nobody` and `daemon` are shared with other services, and `postgres` owns the clusters of the
 * distribution's own Postgres; whoever takes over one such process could read our files, and the other way round.
 * systemd documents 60706-61183 as assigned to nobody, and it fits into the 65536 ids that rootless containers map.
 */
const FIRST_PRIVATE_UID = 60_706;
const LAST_PRIVATE_UID = 61_183;

/**
 * The identity for the cluster in `cluster`, or undefined when this process is not root and simply stays who it is.
 * An existing cluster keeps its owner; a new one gets the account `berth` where there is one, else a uid that nobody uses.
 */
export function chooseIdentity(cluster: string): ServerIdentity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      `Postgres refuses to run as root, and Berth can give it another user on Linux only. Start Berth as an ordinary user, or set BERTH_DATABASE_URL to a Postgres of your own.`,
    );
  }
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = readAccounts();
  const own = accounts.find((account) => account.name === 'berth' && account.uid !== 0);
  if (own !== undefined) return { uid: own.uid, gid: own.gid };
  const taken = new Set([...accounts.map((account) => account.uid), ...uidsOfProcesses()]);
  const free: number[] = [];
  for (let uid = FIRST_PRIVATE_UID; uid <= LAST_PRIVATE_UID; uid += 1) if (!taken.has(uid)) free.push(uid);
  const uid = free[randomInt(Math.max(free.length, 1))];
  if (uid === undefined) {
    throw new EmbeddedPostgresError(
      `Every user id from ${FIRST_PRIVATE_UID} to ${LAST_PRIVATE_UID} is in use, so there is none left for Postgres. Create an account named berth, or start Berth as an ordinary user.`,
    );
  }
  return { uid, gid: uid };
}

/**
 * An account that exists, for the second that initdb takes: initdb looks its own name up and gives up without one.
 * Only an account under which nothing runs is taken, and the files are given to the private uid before anything is served.
 */
export function borrowIdentityForInitdb(identity: ServerIdentity): ServerIdentity {
  const accounts = readAccounts();
  const named = accounts.find((account) => account.uid === identity.uid);
  if (named !== undefined) return identity;
  const busy = uidsOfProcesses();
  const dormant = accounts.find((account) => account.uid > 0 && account.uid < 1000 && !busy.has(account.uid));
  if (dormant === undefined) {
    throw new EmbeddedPostgresError(
      `Postgres's initdb needs a user that is named in /etc/passwd, and there is none besides root. Create an account named berth, or start Berth as an ordinary user.`,
    );
  }
  return { uid: dormant.uid, gid: dormant.gid };
}

/** Refuses early, with the remedy, where initdb would only say that the user does not exist. */
export function requireNamedUser(): void {
  const uid = process.getuid?.();
  if (process.platform !== 'linux' || uid === undefined || uid === 0) return;
  if (readAccounts().some((account) => account.uid === uid) || usesOtherNameService()) return;
  throw new EmbeddedPostgresError(
    `User id ${uid} has no entry in /etc/passwd, and Postgres's initdb gives up without one. Add the entry, run as a user that has one, or set BERTH_DATABASE_URL to a Postgres of your own. Nothing was written.`,
  );
}

/** LDAP, SSSD and the like name users outside /etc/passwd; then only initdb itself can tell. */
function usesOtherNameService(): boolean {
  const text = readText('/etc/nsswitch.conf');
  const line = text.split('\n').find((candidate) => candidate.startsWith('passwd:')) ?? 'passwd: files';
  return line
    .slice('passwd:'.length)
    .trim()
    .split(/\s+/)
    .some((source) => !['files', 'compat', 'systemd'].includes(source));
}

function readAccounts(): readonly Account[] {
  const accounts: Account[] = [];
  for (const line of readText('/etc/passwd').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) continue;
    accounts.push({ name, uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

function uidsOfProcesses(): ReadonlySet<number> {
  const uids = new Set<number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const owner = statSync(`/proc/${entry}`, { throwIfNoEntry: false });
    if (owner !== undefined) uids.add(owner.uid);
  }
  return uids;
}

function readText(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(path, 'utf8');
}
