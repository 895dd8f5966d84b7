import { type Sentence, say } from '@berth/oci';
/**
 * What names, addresses and passwords may look like. Harbor's rules (goharbor/harbor, src/server/v2.0/handler/user.go), so that what was
 * accepted there is accepted here; the words are ours. Each function returns a sentence, or undefined where the value is fine.
 */

const MAX_NAME = 255;
const MAX_COMMENT = 30;
const MIN_PASSWORD = 8;
const MAX_PASSWORD = 128;

/** Harbor: IllegalCharsInUsername. Beyond it, characters that no terminal shows, and the colon, which Basic authentication cannot carry. */
const REFUSED_IN_NAMES = /[,"~#%$:\p{Cc}\p{Cf}]/u;
const EMAIL = /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$/;

export function usernameProblem(username: string): Sentence | undefined {
  if (username.length === 0 || username.length > MAX_NAME)
    return say('username-length')`A username has 1 to ${{ most: MAX_NAME }} characters.`;
  if (username !== username.trim()) return say('username-edges')`A username starts and ends with a visible character.`;
  if (REFUSED_IN_NAMES.test(username))
    return say('username-characters')`A username contains none of , " ~ # % $ : and no control characters.`;
  return undefined;
}

export function realnameProblem(realname: string): Sentence | undefined {
  if (realname.length === 0 || realname.length > MAX_NAME)
    return say('realname-length')`A full name has 1 to ${{ most: MAX_NAME }} characters.`;
  if (/[,"~#%$\p{Cc}]/u.test(realname))
    return say('realname-characters')`A full name contains none of , " ~ # % $ and no control characters.`;
  return undefined;
}

export function emailProblem(email: string): Sentence | undefined {
  if (email.length === 0) return say('email-missing')`An e-mail address is needed.`;
  if (email.length > MAX_NAME || !EMAIL.test(email))
    return say('email-invalid')`An e-mail address looks like name@example.com and has at most ${{ most: MAX_NAME }} characters.`;
  return undefined;
}

export function commentProblem(comment: string): Sentence | undefined {
  return comment.length > MAX_COMMENT ? say('comment-length')`A comment has at most ${{ most: MAX_COMMENT }} characters.` : undefined;
}

/** 8 to 128 characters with an upper-case letter, a lower-case letter and a digit. */
export function passwordProblem(password: string): Sentence | undefined {
  const good =
    password.length >= MIN_PASSWORD &&
    password.length <= MAX_PASSWORD &&
    /[a-z]/.test(password) &&
    /[A-Z]/.test(password) &&
    /[0-9]/.test(password);
  if (good) return undefined;
  return say(
    'password-weak',
  )`A password has ${{ least: MIN_PASSWORD }} to ${{ most: MAX_PASSWORD }} characters with at least one upper-case letter, one lower-case letter and one digit.`;
}
