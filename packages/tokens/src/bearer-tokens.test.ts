import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { RepositoryName } from '@berth/oci';
import { exportJWK, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { BearerTokens } from './bearer-tokens.ts';
import { TokenRefusedError } from './jwt.ts';
import { KeyRing, type SigningKey } from './key-ring.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { MemorySigningKeys } from './testing/memory-stores.ts';
import { DELETE, PULL, PUSH, type TokenGrants } from './token-claims.ts';

const MASTER = Buffer.alloc(32, 1);
const APP = 'team/app' as RepositoryName;
const GRANTS: TokenGrants = { repositories: [{ repository: APP, actions: ['pull', 'push'], projectId: 3 }], catalog: false };
const SUBJECT = { kind: 'user', id: 7, credentialVersion: 2 } as const;

let store: MemorySigningKeys;
let ring: KeyRing;
let signer: SigningKey;
let tokens: BearerTokens;
let now = Date.now();

beforeEach(async () => {
  now = Date.now();
  store = new MemorySigningKeys();
  ring = await KeyRing.open(store, MASTER, { keepSeconds: 3600 });
  signer = await ring.signer();
  tokens = new BearerTokens(ring, { now: () => now });
});

type Json = Record<string, unknown>;
function parts(token: string): [Json, Json, string] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (text: string): Json => JSON.parse(Buffer.from(text, 'base64url').toString()) as Json;
  return [read(header), read(payload), signature];
}
function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
/** Signs anything with the installation's own key, as only we could. */
function signed(header: Json, payload: Json, secret: Uint8Array = signer.secret): string {
  const body = `${encode(header)}.${encode(payload)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}
const issue = async (): Promise<string> => (await tokens.issue(SUBJECT, GRANTS)).token;
const refused = (token: string): Promise<void> =>
  expect((async () => tokens.verify(token))(), token.slice(0, 60)).rejects.toBeInstanceOf(TokenRefusedError);

describe('what was issued', () => {
  it('is read back with subject, version, project and scopes', async () => {
    const token = await issue();
    const verified = await tokens.verify(token);
    expect(verified.subject).toEqual(SUBJECT);
    expect(verified.repositories.get(APP)).toEqual({ bits: PULL | PUSH, projectId: 3 });
    expect((verified.repositories.get(APP)?.bits ?? 0) & DELETE).toBe(0);
    expect(verified.catalog).toBe(false);
  });

  it('is answered at once the second time, and no longer after its end', async () => {
    const token = await issue();
    expect(tokens.verify(token)).toBeInstanceOf(Promise);
    await tokens.verify(token);
    expect(tokens.verify(token)).not.toBeInstanceOf(Promise);
    now += (30 * 60 + 61) * 1000;
    await refused(token);
  });

  it('tolerates clocks 60 s apart, and no more', async () => {
    const token = await issue();
    const skewed = (seconds: number): BearerTokens => new BearerTokens(ring, { now: () => now + seconds * 1000 });
    await expect(skewed(-59).verify(token)).resolves.toBeDefined();
    await expect(skewed(30 * 60 + 58).verify(token)).resolves.toBeDefined();
    await expect(skewed(-62).verify(token)).rejects.toBeInstanceOf(TokenRefusedError);
    await expect(skewed(30 * 60 + 62).verify(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('carries anonymous callers, the catalog, and projects that do not exist yet', async () => {
    const grants: TokenGrants = {
      repositories: [{ repository: APP, actions: ['pull', 'push', 'delete'], projectId: undefined }],
      catalog: true,
    };
    const verified = await tokens.verify((await tokens.issue({ kind: 'anonymous' }, grants)).token);
    expect(verified.subject).toEqual({ kind: 'anonymous' });
    expect(verified.catalog).toBe(true);
    expect(verified.repositories.get(APP)).toEqual({ bits: PULL | PUSH | DELETE, projectId: undefined });
  });
});

describe('what was not issued is refused', () => {
  it('without a signature, in every spelling of none', async () => {
    const [, payload] = parts(await issue());
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      await refused(`${encode({ alg, typ: 'berth-bearer+jwt', kid: signer.kid })}.${encode(payload)}.`);
      await refused(signed({ alg, typ: 'berth-bearer+jwt', kid: signer.kid }, payload));
    }
  });

  it('with another key, a foreign kid, no kid, or an odd one', async () => {
    const [header, payload] = parts(await issue());
    await refused(signed(header, payload, Buffer.alloc(32, 9)));
    await refused(signed(header, payload, Buffer.alloc(0)));
    for (const kid of ['foreign', '', '../../etc/passwd', 'x'.repeat(500), 7, null, undefined])
      await refused(signed({ ...header, kid }, payload));
  });

  it('with a key that the token itself brings or points to', async () => {
    const [header, payload] = parts(await issue());
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = await exportJWK(publicKey);
    await refused(
      await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', jwk, typ: 'berth-bearer+jwt', kid: signer.kid }).sign(privateKey),
    );
    const own = { kty: 'oct', k: Buffer.from('my own key').toString('base64url') };
    for (const extra of [
      { jwk: own },
      { jku: 'http://127.0.0.1/keys' },
      { x5u: 'http://127.0.0.1/' },
      { x5c: [] },
      { crit: ['b64'], b64: false },
    ]) {
      await refused(signed({ ...header, ...extra }, payload, Buffer.from('my own key')));
      await refused(signed({ ...header, ...extra }, payload));
    }
  });

  it.each(['HS384', 'HS512', 'RS256', 'ES256', 'EdDSA', 'HS1', '', 'hs256'])('with the algorithm %s', async (alg) => {
    const [header, payload] = parts(await issue());
    await refused(signed({ ...header, alg }, payload));
  });

  it('with any claim removed or changed', async () => {
    const [header, payload] = parts(await issue());
    expect(Object.keys(payload).sort()).toEqual(['access', 'aud', 'berth', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub']);
    await expect(tokens.verify(signed(header, payload))).resolves.toBeDefined();
    for (const claim of Object.keys(payload)) {
      const { [claim]: _gone, ...rest } = payload;
      await refused(signed(header, rest));
      await refused(signed(header, { ...payload, [claim]: null }));
    }
    for (const [claim, value] of [
      ['iss', 'another'],
      ['aud', 'another'],
      ['sub', 'user:0'],
      ['sub', 'user:7 '],
      ['sub', 'group:7'],
      ['berth', { ver: 2, prj: [3], pat: '1' }],
      ['berth', { prj: [3] }],
      ['berth', { ver: 2 }],
      ['berth', { ver: '2', prj: [3] }],
      ['berth', { ver: 2, prj: [] }],
      ['exp', Math.floor(now / 1000) - 61],
      ['nbf', Math.floor(now / 1000) + 62],
      ['iat', Math.floor(now / 1000) + 62],
      ['access', [{ type: 'repository', name: 'team/app' }]],
    ] as const) {
      await refused(signed(header, { ...payload, [claim]: value }));
    }
  });

  it('with another type: a refresh token opens nothing, a bearer token buys nothing', async () => {
    const refresh = new RefreshTokens(ring);
    await refused(await refresh.issue({ kind: 'user', id: 7, credentialVersion: 2 }));
    await expect(refresh.verify(await issue())).rejects.toBeInstanceOf(TokenRefusedError);
    const [header, payload] = parts(await issue());
    for (const typ of ['JWT', 'berth-refresh+jwt', undefined]) await refused(signed({ ...header, typ }, payload));
  });

  it('with changed bytes, trailing parts, or nonsense', async () => {
    const token = await issue();
    const [header, payload, signature] = parts(token);
    await refused(`${encode(header)}.${encode({ ...payload, sub: 'user:1' })}.${signature}`);
    for (const text of ['', '.', '..', 'a.b.c', `${token}.x`, `${token}x`, token.slice(0, -2), token.toUpperCase(), 'x'.repeat(20_000)])
      await refused(text);
  });

  it('by another installation, although everything else is equal', async () => {
    const other = new MemorySigningKeys();
    const foreign = new BearerTokens(await KeyRing.open(other, Buffer.alloc(32, 2), { keepSeconds: 3600 }), { now: () => now });
    await refused((await foreign.issue(SUBJECT, GRANTS)).token);
    const [header, payload] = parts((await foreign.issue(SUBJECT, GRANTS)).token);
    const foreignRing = await KeyRing.open(other, Buffer.alloc(32, 2), { keepSeconds: 3600 });
    await refused(signed({ ...header, kid: signer.kid }, payload, (await foreignRing.signer()).secret));
  });
});

describe('refresh tokens', () => {
  it('name the account and the version of its credentials, for a year', async () => {
    let clock = Date.now();
    const refresh = new RefreshTokens(ring, { now: () => clock });
    const token = await refresh.issue({ kind: 'user', id: 7, credentialVersion: 2 });
    clock += 364 * 24 * 3600 * 1000;
    expect(await refresh.verify(token)).toEqual({ kind: 'user', id: 7, credentialVersion: 2 });
    clock += 2 * 24 * 3600 * 1000;
    await expect(refresh.verify(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });
});
