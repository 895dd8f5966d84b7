import { say } from '@berth/oci';
import { ApiError } from './api-error.ts';

/**
 * A name out of a path. Express decoded it once; Harbor's clients encode twice, so that slashes pass its proxies. No name holds a percent
 * sign, so what still looks encoded is.
 */
export function nameFromPath(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', say('address-encoding')`A name in the address is not encoded properly.`, { cause });
  }
}
