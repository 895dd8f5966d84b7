import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createOriginOf } from './forwarded.ts';

function request(peer: string, headers: Record<string, string> = {}, encrypted = false): IncomingMessage {
  return { headers, socket: { remoteAddress: peer, encrypted } } as unknown as IncomingMessage;
}

const FORGED = { host: 'registry.lan', 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' };

describe('without trusted proxies', () => {
  const originOf = createOriginOf([]);

  it('believes no forwarded header', () => {
    expect(originOf(request('10.0.0.9', FORGED))).toEqual({ address: '10.0.0.9', protocol: 'http', host: 'registry.lan' });
  });

  it('sees TLS on the socket', () => {
    expect(originOf(request('10.0.0.9', {}, true)).protocol).toBe('https');
  });

  it('shows IPv4 callers of a dual-stack socket in dotted form', () => {
    expect(originOf(request('::ffff:10.0.0.9')).address).toBe('10.0.0.9');
  });

  it.each(['a b', 'x"y', 'evil.example/path', 'user@host', 'host:', 'host:123456', '-x', '', 'a'.repeat(300)])(
    'takes no %j for a host',
    (host) => {
      expect(originOf(request('10.0.0.9', { host })).host).toBeUndefined();
    },
  );

  it.each(['localhost', 'localhost:8080', '[::1]:8080', 'registry.example.com:443', '192.168.56.121'])('takes %j for a host', (host) => {
    expect(originOf(request('10.0.0.9', { host })).host).toBe(host);
  });
});

describe('with trusted proxies', () => {
  const originOf = createOriginOf(['10.0.0.0/8', 'fd00::/8']);

  it('believes no other peer', () => {
    expect(originOf(request('11.0.0.1', FORGED))).toEqual({ address: '11.0.0.1', protocol: 'http', host: 'registry.lan' });
  });

  it('believes the proxy', () => {
    expect(originOf(request('10.0.0.1', FORGED))).toEqual({ address: '6.6.6.6', protocol: 'https', host: 'evil.example' });
    expect(originOf(request('fd00::1', FORGED)).address).toBe('6.6.6.6');
  });

  it('takes the rightmost address that is no proxy: what stands left of it came from the caller', () => {
    const header = { 'x-forwarded-for': '1.1.1.1, 6.6.6.6, 10.0.0.7' };
    expect(originOf(request('10.0.0.1', header)).address).toBe('6.6.6.6');
  });

  it.each(['', 'unknown', 'garbage, ,'])('stays with the proxy itself when the header says %j', (value) => {
    const { address } = originOf(request('10.0.0.1', { 'x-forwarded-for': value }));
    expect(address).toBe('10.0.0.1');
  });

  it('keeps its own protocol and host when the forwarded ones are nonsense', () => {
    const origin = originOf(request('10.0.0.1', { host: 'a.lan', 'x-forwarded-proto': 'gopher', 'x-forwarded-host': 'b c' }));
    expect(origin).toMatchObject({ protocol: 'http', host: 'a.lan' });
  });
});
