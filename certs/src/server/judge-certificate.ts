import { dockerError, certificateError } from '../doctor/docker-words.ts';
import { appleProblems, chromiumError } from '../verify/browser-rules.ts';
import { verifyLikeGo } from '../verify/go-verifier.ts';
import { readSystemRoots } from '../verify/system-roots.ts';
import type { Certificate } from '../x509/read-certificate.ts';

/** What one kind of client would hold against a certificate, in that client's own words. */
export interface Refusal {
  readonly client: 'docker' | 'browser' | 'apple';
  readonly message: string;
}

export interface Judging {
  /** As served: the server's certificate first. */
  readonly chain: readonly Certificate[];
  /** `host[:port]` as clients name the server. */
  readonly host: string;
  /** The CA that clients of this server are told to trust; without one the roots of this machine stand for those of the clients. */
  readonly ca?: Certificate | undefined;
}

/** How docker, Chromium and Apple's systems would refuse a served chain; empty when all of them accept it. */
export async function judgeCertificate({ chain, host, ca }: Judging, now = new Date()): Promise<Refusal[]> {
  const [leaf] = chain;
  if (leaf === undefined || !URL.canParse(`https://${host}`)) return [];
  const { hostname, port } = new URL(`https://${host}`);
  const name = hostname.replace(/^\[|\]$/g, '');
  const roots = ca === undefined ? await readSystemRoots('/', process.env) : [ca];
  const result = verifyLikeGo({ chain, roots, host: name, now });
  const target = { host: name, port: Number(port || 443), explicitPort: port !== '' };
  const inBrowser = chromiumError(result, chain);
  return [
    ...result.problems.map(({ message }) => ({ client: 'docker' as const, message: dockerError(target, certificateError(message, '')) })),
    ...(inBrowser === undefined ? [] : [{ client: 'browser' as const, message: inBrowser }]),
    // A public CA is held to other rules, which its clients keep up by themselves.
    ...(ca === undefined ? [] : appleProblems(leaf).map((message) => ({ client: 'apple' as const, message }))),
  ];
}
