import { expect, it } from 'vitest';
import { fileNameFor, requestAsPem, singleLabels, typedNames } from './typed-names.ts';

it('reads names however they are listed', () => {
  expect(typedNames(' a.example,b.example\n192.0.2.1;\t::1 ')).toEqual(['a.example', 'b.example', '192.0.2.1', '::1']);
  expect(typedNames(' \n')).toEqual([]);
});

it('finds what docker takes for Docker Hub', () => {
  expect(singleLabels(['cdh1', 'localhost', 'a.example', '::1', '*.b.example'])).toEqual(['cdh1']);
});

it.each([
  ['registry.example', 'registry.example'],
  ['*.web.example', 'wildcard.web.example'],
  ['IP:192.0.2.1', '192.0.2.1'],
  ['../../etc/passwd', 'etc-passwd'],
  ['', 'server'],
])('names the files for %j: %s', (name, file) => expect(fileNameFor([name])).toBe(file));

it('takes a request as text or as DER', () => {
  expect(requestAsPem(new TextEncoder().encode('-----BEGIN'))).toBe('-----BEGIN');
  const der = Uint8Array.from([0x30, 0x82, 1, 2, ...Array.from({ length: 60 }, () => 7)]);
  const pem = requestAsPem(der);
  expect(pem.split('\n')[1]).toHaveLength(64);
  expect(Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64')).toEqual(Buffer.from(der));
});
