import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { blockListOf } from '../config/values.ts';

/** Who called and under which name, after looking through trusted proxies. */
export interface Origin {
  /** The caller's IP address, IPv4 in dotted form. */
  readonly address: string;
  readonly protocol: 'http' | 'https';
  /** `host[:port]` as the caller typed it; undefined when absent or not a valid authority. */
  readonly host: string | undefined;
}

export type OriginOf = (request: IncomingMessage) => Origin;

/** RFC 3986 reg-name or address with an optional port, in the characters that hosts of registries have. */
const AUTHORITY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** A function that reads the origin of a request. Forwarded headers count only when the peer is in `trustedProxies`. */
export function createOriginOf(trustedProxies: readonly string[]): OriginOf {
  const trusted = blockListOf(trustedProxies);
  const anyTrusted = trustedProxies.length > 0;
  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress ?? '');
    const protocol = (request.socket as TLSSocket).encrypted === true ? 'https' : 'http';
    const host = authority(request.headers.host);
    if (!anyTrusted || !isTrusted(trusted, peer)) return { address: peer, protocol, host };
    const forwardedProtocol = last(request.headers['x-forwarded-proto'])?.toLowerCase();
    return {
      address: callerAddress(trusted, peer, request.headers['x-forwarded-for']),
      protocol: forwardedProtocol === 'http' || forwardedProtocol === 'https' ? forwardedProtocol : protocol,
      host: authority(last(request.headers['x-forwarded-host'])) ?? host,
    };
  };
}

/** The rightmost address that is not a trusted proxy: everything left of it was written by the caller and proves nothing. */
function callerAddress(trusted: BlockList, peer: string, header: string | string[] | undefined): string {
  const hops = String(header ?? '')
    .slice(0, 4096)
    .split(',');
  let address = peer;
  for (const hop of hops.reverse()) {
    const candidate = plainAddress(hop.trim().replace(/^\[([^\]]*)\](?::\d+)?$/, '$1'));
    if (isIP(candidate) === 0 || !isTrusted(trusted, address)) break;
    address = candidate;
  }
  return address;
}

function isTrusted(trusted: BlockList, address: string): boolean {
  return address !== '' && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Sockets that listen on both families show IPv4 callers as ::ffff:a.b.c.d. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** Proxies append, so the value of the nearest one stands last. */
function last(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header).split(',').at(-1)?.trim();
}

function authority(value: string | undefined): string | undefined {
  return value !== undefined && AUTHORITY.test(value) ? value : undefined;
}
