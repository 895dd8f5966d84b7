import { readFile } from 'node:fs/promises';
import type { Login } from './tokens.ts';

interface Stored {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string } | undefined>>;
}

/**
 * What `docker login`, `podman login` or `skopeo login` left in the first of these files that knows the host. Helpers that keep passwords
 * elsewhere are not asked.
 */
export async function storedCredentials(host: string, files: readonly string[]): Promise<Login | undefined> {
  for (const file of files) {
    const { auth, identitytoken: identityToken } = (await readStored(file)).auths?.[host] ?? {};
    // Beside it, `auth` holds a name without a password.
    if (identityToken !== undefined && identityToken !== '') return { identityToken };
    const text = auth === undefined ? '' : Buffer.from(auth, 'base64').toString();
    const colon = text.indexOf(':');
    if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return undefined;
}

async function readStored(file: string): Promise<Stored> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stored;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(String((error as { code?: unknown }).code))) return {};
    throw new Error(`The logins in ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
