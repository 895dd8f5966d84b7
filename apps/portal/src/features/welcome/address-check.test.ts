import { expect, it } from 'vitest';
import { isSameAddress, protection, readV2, realmFits } from './address-check.ts';

it('knows a registry by its challenge, and tells what is none', () => {
  expect(readV2({ status: 401, challenge: 'Bearer realm="https://a.example/service/token",service="berth"' })).toEqual({
    kind: 'registry',
    realm: 'https://a.example/service/token',
  });
  expect(readV2({ status: 401, challenge: 'Basic realm="proxy"' })).toEqual({ kind: 'other', reason: 'HTTP 401' });
  expect(readV2({ status: 502, challenge: '' })).toEqual({ kind: 'other', reason: 'HTTP 502' });
  expect(readV2({ status: 200, challenge: '' })).toEqual({ kind: 'registry', realm: undefined });
});

it('sees that tokens come from elsewhere', () => {
  const facts = { externalUrl: 'https://a.example', origin: 'https://a.example' };
  expect(realmFits({ ...facts, v2: { kind: 'registry', realm: 'https://a.example:443/service/token' } })).toBe(true);
  expect(realmFits({ ...facts, v2: { kind: 'registry', realm: 'http://10.0.0.1:8080/service/token' } })).toBe(false);
  expect(isSameAddress({ ...facts, v2: { kind: 'registry', realm: undefined } })).toBe(true);
  expect(isSameAddress({ ...facts, origin: 'http://a.example', v2: { kind: 'registry', realm: undefined } })).toBe(false);
});

it('takes plain HTTP for safe within one machine only', () => {
  expect(['https://a.example', 'http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:80', 'http://10.0.0.1'].map(protection)).toEqual([
    'tls',
    'loopback',
    'loopback',
    'loopback',
    'plain',
  ]);
});
