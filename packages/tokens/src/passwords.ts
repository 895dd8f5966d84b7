import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** 2 is Argon2id: the library's own name for it exists only for its types. */
const ARGON2ID = 2;
/** Argon2id with 19 MiB, two passes, one lane (OWASP's first choice); 12 ms of a core. */
const COST = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;

/** Longer than the rule for passwords allows, so that old or imported ones still fit; bounds the work. */
export const MAX_PASSWORD_INPUT = 1_024;

/** PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** False for a wrong password. Throws when the stored hash is damaged. */
export async function passwordMatches(passwordHash: string, password: string): Promise<boolean> {
  return password.length <= MAX_PASSWORD_INPUT && (await verify(passwordHash, password));
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyz';
const ALPHABET = `${LETTERS}${LETTERS.toUpperCase()}23456789`.replace(/[LO]/g, '');
const GENERATED_LENGTH = 24;

/** 24 characters that no one mistakes for each other, about 137 bits; fulfils the rule for passwords. */
export function generatePassword(): string {
  for (;;) {
    const password = Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (/[a-z]/.test(password) && /[A-Z]/.test(password) && /[0-9]/.test(password)) return password;
  }
}
