import type { IncomingMessage } from 'node:http';
import { OciError } from '@berth/oci';
import { TOKEN_SERVICE } from '@berth/tokens';
import type { OriginOf } from '../forwarded.ts';
import type { Need } from '../v2/gate.ts';

export interface ChallengeParts {
  readonly originOf: OriginOf;
  /** `scheme://host[:port]` without a slash at the end, when configured. */
  readonly externalUrl: string | undefined;
}

/** RFC 6750 section 3.1. */
export type ChallengeError = 'invalid_token' | 'insufficient_scope';

export interface Refusal {
  readonly need: Need;
  readonly message: string;
  readonly error?: ChallengeError;
}

/** Builds the 401 that tells a client where to get a token for what it needs (distribution's token specification). */
export class Challenger {
  readonly #parts: ChallengeParts;

  constructor(parts: ChallengeParts) {
    this.#parts = parts;
  }

  unauthorized(request: IncomingMessage, { need, message, error }: Refusal): OciError {
    const scope = scopeOf(need);
    const challenge = [
      `realm="${this.#base(request)}/service/token"`,
      `service="${TOKEN_SERVICE}"`,
      ...(scope === undefined ? [] : [`scope="${scope}"`]),
      ...(error === undefined ? [] : [`error="${error}"`]),
    ];
    return new OciError('UNAUTHORIZED', message, { headers: { 'www-authenticate': `Bearer ${challenge.join(',')}` } });
  }

  /** The address under which this client reached us. Its Host header comes back to nobody else. */
  #base(request: IncomingMessage): string {
    if (this.#parts.externalUrl !== undefined) return this.#parts.externalUrl;
    const { protocol, host } = this.#parts.originOf(request);
    if (host !== undefined) return `${protocol}://${host}`;
    const { localAddress = '127.0.0.1', localPort } = request.socket;
    return `${protocol}://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
  }
}

/** What to ask a token for. Who pushes also pulls: clients look at what is there first. */
function scopeOf(need: Need): string | undefined {
  switch (need.action) {
    case 'enter':
      return undefined;
    case 'catalog':
      return 'registry:catalog:*';
    case 'pull':
    case 'delete':
      return `repository:${need.repository}:${need.action}`;
    case 'push':
      return `repository:${need.repository}:pull,push`;
  }
}
