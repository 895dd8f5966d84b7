import { OciError } from '@berth/oci';

/** Too many wrong passwords, or too many people signing in at this moment. */
export function throttledError(retryAfterSeconds: number): OciError {
  return new OciError(
    'TOOMANYREQUESTS',
    `Too many wrong passwords were tried here. Nothing is locked: wait ${retryAfterSeconds} s, check the password, then sign in again.`,
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
}
