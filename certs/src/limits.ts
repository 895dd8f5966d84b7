/** Largest file that is read as a certificate, key, store or list, in bytes. A CRL of a large CA stays below it. */
export const MAX_INPUT_BYTES = 10 * 1024 * 1024;
/** Most PEM blocks or certificates taken from one input. */
export const MAX_ITEMS = 2000;
/** Most names in one certificate; clients slow down and servers refuse handshakes with very large ones. */
export const MAX_NAMES = 200;
/** Largest validity that is issued, in days: 100 years. */
export const MAX_DAYS = 36_500;
/** Most PBKDF2 or PKCS#12 iterations accepted from a file: a hostile file must not hold a core for minutes. */
export const MAX_KDF_ITERATIONS = 1_000_000;
/** Time allowed for one network conversation, in milliseconds. */
export const NETWORK_TIMEOUT_MS = 10_000;
/** Largest HTTP body read from a probed host, in bytes. */
export const MAX_HTTP_BODY = 256 * 1024;
