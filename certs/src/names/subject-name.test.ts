import { describe, expect, test } from 'vitest';
import { isSingleLabel, parseAltName, parseAltNames, singleLabelWarning, webAddressWarning } from './subject-name.ts';

describe('what cannot be a name is refused with the sentence that explains it', () => {
  test.each([
    ['IP:cdh1', /is a name, not an IP address/],
    ['DNS:192.168.56.121', /is an IP address, not a DNS name/],
    ['192.168.56.1211', /four numbers from 0 to 255/],
    ['192.168.56', /looks like an IPv4 address/],
    ['192.168.056.1', /looks like an IPv4 address/],
    ['harbor.daemon.io:8443', /has a port/],
    ['10.0.0.0/8', /network/],
    ['a.*.io', /wildcard/],
    ['*', /wildcard/],
    ['-a.io', /not a DNS name/],
    ['a..io', /not a DNS name/],
    [`${'a'.repeat(64)}.io`, /not a DNS name/],
    ['', /empty/],
    ['a@b@c', /e-mail/],
    ['a b', /not a DNS name/],
  ])('%s', (text, sentence) => {
    expect(() => parseAltName(text)).toThrow(sentence);
  });
});

test.each([
  ['harbor.daemon.io', 'dns', 'harbor.daemon.io'],
  ['Harbor.Daemon.IO.', 'dns', 'harbor.daemon.io'],
  ['*.apps.example.com', 'dns', '*.apps.example.com'],
  ['DNS:a.b', 'dns', 'a.b'],
  ['１９２．１６８．１．１', 'ip', '192.168.1.1'],
  ['192。168。1。1', 'ip', '192.168.1.1'],
  ['bücher.example', 'dns', 'xn--bcher-kva.example'],
  ['192.168.56.121', 'ip', '192.168.56.121'],
  ['IP:10.0.0.1', 'ip', '10.0.0.1'],
  ['[FD00:0::1]', 'ip', 'fd00::1'],
  ['::1', 'ip', '::1'],
  ['spiffe://trust/ns/x', 'uri', 'spiffe://trust/ns/x'],
  ['https://a.b/c', 'uri', 'https://a.b/c'],
  ['root@example.com', 'email', 'root@example.com'],
])('%s is recognised as %s', (text, kind, value) => {
  expect(parseAltName(text)).toEqual({ kind, value });
});

test('repeats are dropped and commas split', () => {
  expect(parseAltNames(['a.b,10.0.0.1', 'A.B'])).toEqual([
    { kind: 'dns', value: 'a.b' },
    { kind: 'ip', value: '10.0.0.1' },
  ]);
});

test('a single label is warned about with the way out, localhost and names with a dot are not single labels', () => {
  expect(isSingleLabel('cdh1')).toBe(true);
  expect(isSingleLabel('localhost')).toBe(false);
  expect(isSingleLabel('a.b')).toBe(false);
  expect(singleLabelWarning('cdh1')).toMatch(/docker\.io.*cdh1\.internal.*port.*localhost/s);
});

test('a web address is taken as a URI with a warning that names the host', () => {
  expect(webAddressWarning(parseAltName('https://a.b/c'))).toContain('a.b itself');
  expect(webAddressWarning(parseAltName('spiffe://a/b'))).toBeUndefined();
});
