import { LiveAccounts, LivePrincipals, type UserCredential, type Users } from '@berth/access';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from '../passwords.ts';
import { MemoryFailureCounters } from '../testing/memory-stores.ts';
import { SecretKeeper } from '../secret-keeper.ts';
import { CredentialProver } from './credential-prover.ts';
import { PasswordSignIn, type SignInResult } from './password-sign-in.ts';

const RIGHT = 'Right-Password-1';
let hash = '';
beforeAll(async () => {
  hash = await hashPassword(RIGHT);
});

let people: Map<string, UserCredential>;
let counters: MemoryFailureCounters;
let signIn: PasswordSignIn;
let now: number;
let lookups: number;

function person(id: number, username: string): UserCredential {
  const user = { id, username, email: '', realname: '', comment: '', systemAdmin: false, createdAt: new Date(0), updatedAt: new Date(0) };
  return { user, passwordHash: hash, credentialVersion: 1 };
}

beforeEach(() => {
  now = 0;
  lookups = 0;
  people = new Map(['alice', 'bob'].map((name, index) => [name, person(index + 1, name)]));
  counters = new MemoryFailureCounters();
  const users: Pick<Users, 'findCredential' | 'findCredentialById'> = {
    findCredential: async (name) => {
      lookups += 1;
      return people.get(name.toLowerCase());
    },
    findCredentialById: async (id) => [...people.values()].find(({ user }) => user.id === id),
  };
  const none = { findLiving: async () => undefined };
  const principals = new LivePrincipals(
    new LiveAccounts(users, { now: () => now }),
    { robots: none, accessTokens: none },
    { now: () => now },
  );
  const prover = new CredentialProver({
    users,
    robots: { findCredential: async () => undefined },
    accessTokens: { findBySecret: async () => undefined },
    settings: {
      access: async () => ({
        projectCreation: 'everyone',
        createProjectOnPush: true,
        robotNamePrefix: 'robot$',
        robotDurationDays: 30,
        sessionIdleMinutes: 60,
      }),
    },
    principals,
    secrets: new SecretKeeper(Buffer.alloc(32, 3)),
  });
  signIn = new PasswordSignIn({ prover, principals, counters, now: () => now });
});

async function attempt(username: string, password: string, address = '192.0.2.1'): Promise<SignInResult['outcome']> {
  return (await signIn.signIn({ username, password, address })).outcome;
}
async function guess(times: number, username = 'alice', address = '192.0.2.1'): Promise<SignInResult['outcome'][]> {
  const outcomes: SignInResult['outcome'][] = [];
  for (let index = 0; index < times; index += 1) outcomes.push(await attempt(username, `Guess-${counters.seconds}-${index}`, address));
  return outcomes;
}

describe('PasswordSignIn', () => {
  it('lets in who is right and refuses the rest', async () => {
    expect(await signIn.signIn({ username: 'alice', password: RIGHT, address: 'x' })).toMatchObject({
      outcome: 'signed in',
      account: { actor: { kind: 'user', id: 1, name: 'alice' }, credentialVersion: 1 },
    });
    for (const [name, password] of [
      ['alice', 'wrong'],
      ['alice', ''],
      ['', RIGHT],
      ['carol', RIGHT],
      ['alice', 'x'.repeat(5_000)],
      ['x'.repeat(300), RIGHT],
    ] as const) {
      expect(await attempt(name, password)).toBe('refused');
    }
  });

  it('does not ask the database for a name that holds NUL', async () => {
    expect(await attempt('ali\0ce', RIGHT)).toBe('refused');
    expect(lookups).toBe(0);
  });

  it('checks a password once for requests that come together, and again after five seconds', async () => {
    await Promise.all(Array.from({ length: 20 }, () => attempt('alice', RIGHT)));
    expect(lookups).toBe(1);
    await attempt('alice', RIGHT);
    expect(signIn.signIn({ username: 'alice', password: RIGHT, address: '192.0.2.9' })).not.toBeInstanceOf(Promise);
    now = 4_999;
    await attempt('alice', RIGHT);
    expect(lookups).toBe(1);
    now = 5_000;
    await attempt('alice', RIGHT);
    expect(lookups).toBe(2);
  });

  it('does not outlive a changed password or a removed account by more than five seconds', async () => {
    await attempt('alice', RIGHT);
    people.set('alice', { ...person(1, 'alice'), passwordHash: await hashPassword('Another-Password-1'), credentialVersion: 2 });
    now = 5_000;
    expect(await attempt('alice', RIGHT)).toBe('refused');
    await attempt('bob', RIGHT);
    people.delete('bob');
    now = 10_000;
    expect(await attempt('bob', RIGHT)).toBe('refused');
  });

  it('takes as long for unknown names as for wrong passwords', async () => {
    const passwords = [0, 1, 2, 3];
    const costs = async (name: string): Promise<number> => {
      const started = process.cpuUsage();
      for (const index of passwords) await attempt(name, `Some-Guess-${index}`, `${name}`);
      return process.cpuUsage(started).user + process.cpuUsage(started).system;
    };
    await costs('warm up');
    // Argon2 dominates both by far; without it an unknown name would cost a hundredth.
    expect(await costs('carol')).toBeGreaterThan((await costs('alice')) / 4);
  });
});

describe('throttling', () => {
  it('refuses the eleventh guess of one address at one account, until its window ends', async () => {
    expect(await guess(10)).toEqual(Array(10).fill('refused'));
    const result = await signIn.signIn({ username: 'ALICE', password: 'Guess-Again-1', address: '::ffff:192.0.2.1' });
    expect(result).toEqual({ outcome: 'throttled', retryAfterSeconds: 300 });
    counters.seconds = 301;
    expect(await guess(1)).toEqual(['refused']);
  });

  it('lets no burst slip through', async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, index) => attempt('alice', `Burst-${index}`)));
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(10);
  });

  it('never keeps out a right password at its first try: from elsewhere, for another account, or known from before', async () => {
    await attempt('bob', RIGHT, '192.0.2.1');
    await guess(15, 'alice', '192.0.2.1');
    await guess(15, 'bob', '192.0.2.1');
    now = 6_000;
    expect(await attempt('alice', RIGHT, '192.0.2.2')).toBe('signed in');
    // Bob's password was right before the guessing: known, so nobody can lock him out, even at the guesser's own address.
    expect(await attempt('bob', RIGHT, '192.0.2.1')).toBe('signed in');
  });

  it('gives a new address one try at an account that the whole world guesses at', async () => {
    for (let host = 0; host < 10; host += 1) await guess(5, 'alice', `198.51.100.${host}`);
    expect(await guess(2, 'alice', '203.0.113.1')).toEqual(['refused', 'throttled']);
    expect(await attempt('alice', RIGHT, '203.0.113.2')).toBe('signed in');
  });

  it('gives an address that guesses at many accounts two tries at each', async () => {
    for (let index = 0; index < 10; index += 1) await guess(10, `stranger-${index}`, '192.0.2.1');
    expect(await guess(3, 'alice', '192.0.2.1')).toEqual(['refused', 'refused', 'throttled']);
    expect(await attempt('bob', RIGHT, '192.0.2.1')).toBe('signed in');
  });

  it('takes a whole IPv6 network for one address', async () => {
    for (let host = 1; host <= 10; host += 1) await attempt('alice', `Guess-${host}`, `2001:db8:1:2::${host.toString(16)}`);
    expect(await attempt('alice', 'Guess-11', '2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe('throttled');
    expect(await attempt('alice', 'Guess-11', '2001:db8:1:3::1')).toBe('refused');
  });
});
