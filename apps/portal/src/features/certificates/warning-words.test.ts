import { expect, it } from 'vitest';
import type { CertificateStatus } from './queries.ts';
import { repairOf } from './warning-words.ts';

const facts = {
  subject: 'CN=ca',
  issuer: 'CN=ca',
  self_signed: false,
  names: [],
  serial: '1',
  not_before: '',
  not_after: '',
  key: '',
  sha256: '',
};
const status: CertificateStatus = {
  source: 'files',
  file: '/etc/tls/hub.crt',
  ca_directory: '/data/tls',
  host: 'hub.example:8443',
  chain: [facts],
  warnings: [],
  refusals: [],
  authority: { certificate: facts },
};

it.each([
  ['name-mismatch', {}, 'berth cert renew /etc/tls/hub.crt --add-host hub.example --ca-dir /data/tls'],
  ['expired', { file: '/data/tls/hub.crt' }, 'berth cert renew /data/tls/hub.crt'],
  ['expires-soon', { authority: {} }, 'berth cert csr hub.example'],
  ['expires-soon', { source: 'auto' as const }, 'restart'],
  ['key-exposed', {}, undefined],
])('repairs %s of %j by: %s', (code, change, command) => expect(repairOf(code, { ...status, ...change })).toBe(command));
