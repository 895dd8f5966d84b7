import type { ManifestHead } from '@berth/registry';
import type { Headers } from '../exchange.ts';

export function manifestHeaders({ digest, mediaType, size }: ManifestHead): Headers {
  const headers: Headers = ['Content-Type', mediaType, 'Content-Length', size, 'Docker-Content-Digest', digest, 'ETag', `"${digest}"`];
  // The pusher chose the type: one that browsers would render, such as text/html, must not run beside the portal's session.
  if (!mediaType.startsWith('application/vnd.')) headers.push('Content-Security-Policy', 'sandbox', 'X-Content-Type-Options', 'nosniff');
  return headers;
}
