import type { ClientInstaller } from '@berth/certs';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import type { Call } from '../endpoint.ts';

export const NO_CA = say(
  'no-own-ca',
)`This server has no CA of its own to offer: it speaks plain HTTP, or its certificate comes from a CA that clients know.`;

export interface OfferedInstaller extends ClientInstaller {
  readonly host: string;
  readonly scriptUrl: string;
  readonly caUrl: string;
}

/** The installer for clients that know this server by the external URL, else by the name that the caller used. */
export async function offeredInstaller({ parts, request }: Call): Promise<OfferedInstaller> {
  const { host } = parts.identity.originOf(request);
  const origin = parts.externalUrl ?? (host === undefined ? undefined : `https://${host}`);
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).port === '0')
    throw new ApiError(
      'BAD_REQUEST',
      say('host-unknown')`The request does not say by which name this server is known: its Host header is no host.`,
    );
  const base = `${origin}${API_BASE}/systeminfo/getcert`;
  const place = { host: new URL(origin).host, scriptUrl: `${base}/installer`, caUrl: base };
  const installer = await parts.certificates.installer(place);
  if (installer === undefined) throw new ApiError('NOT_FOUND', NO_CA);
  return { ...installer, ...place };
}
