import {
  type AccessToken,
  type Account,
  PROJECT_ACTIONS,
  ROBOT_PROJECT_ACTIONS,
  ROBOT_SYSTEM_ACTIONS,
  SYSTEM_ACTIONS,
} from '@berth/access';
import type { accessToken, accessTokenCreate } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ACCESS_TOKEN_PREFIX } from '@berth/tokens';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import type { Call, Reply } from '../endpoint.ts';
import { listReply, type PageQuery, pageRequest } from '../paging.ts';
import { type Givable, permissionView, readRights } from '../robots/robot-rights.ts';
import { secondsOf } from '../robots/robot-view.ts';

/** A narrowing may name whatever its owner could ever be allowed; the rest is asked at each use. */
const NARROWINGS: Givable = {
  system: new Set<string>([...SYSTEM_ACTIONS, ...ROBOT_SYSTEM_ACTIONS]),
  project: new Set<string>([...PROJECT_ACTIONS, ...ROBOT_PROJECT_ACTIONS]),
};

/** Tokens are looked after with the password or in the portal: a token that leaked could otherwise make itself another. */
export function refuseByToken({ accessTokenId }: Account): void {
  if (accessTokenId === undefined) return;
  throw new ApiError(
    'FORBIDDEN',
    say('token-cannot-manage-tokens')`An access token cannot look after access tokens: sign in with the password. Nothing was changed.`,
  );
}

export async function listTokens({ parts, request, query }: Call<unknown, PageQuery>, userId: number): Promise<Reply> {
  const { items, total } = await parts.identity.stores.accessTokens.list(userId, pageRequest(query));
  return listReply(items.map(tokenView), { request, query, total });
}

export async function createToken(call: Call<unknown, unknown, z.output<typeof accessTokenCreate>>, { actor }: Account): Promise<Reply> {
  const { body, parts } = call;
  const { stores, secrets } = parts.identity;
  const name = body.name.trim();
  if (name === '' || name.length > 255 || /\p{Cc}/u.test(name))
    throw new ApiError('BAD_REQUEST', say('token-name-invalid')`An access token has a name of 1 to 255 characters. Nothing was created.`);
  if (body.duration === 0)
    throw new ApiError('BAD_REQUEST', say('token-duration-invalid')`duration is a number of days, or -1 for never. Nothing was created.`);
  const permissions = body.permissions === undefined ? undefined : await readRights(call, body.permissions, NARROWINGS);
  const secret = secrets.generate(ACCESS_TOKEN_PREFIX);
  const token = await stores.accessTokens.create({
    userId: actor.id,
    name,
    secretHash: secrets.keyedHash(secret),
    durationDays: body.duration === -1 ? undefined : body.duration,
    permissions,
  });
  if (token === 'too many')
    throw new ApiError(
      'PRECONDITION',
      say('too-many-tokens')`This user has 100 access tokens already. Nothing was created; revoke one that is not used.`,
    );
  return { headers: { location: `${API_BASE}/users/${actor.id}/tokens/${token.id}` }, json: { ...tokenView(token), secret } };
}

export async function deleteToken({ parts }: Call, userId: number, id: number): Promise<Reply> {
  const removed = await parts.identity.stores.accessTokens.remove(userId, id);
  parts.identity.principals.forgetAccessToken(id);
  if (!removed) throw new ApiError('NOT_FOUND', say('no-such-token')`This user has no access token with this id. Nothing was changed.`);
  return {};
}

function tokenView(token: AccessToken): z.output<typeof accessToken> {
  return {
    id: token.id,
    name: token.name,
    ...(token.permissions === undefined ? {} : { permissions: token.permissions.map(permissionView) }),
    expires_at: secondsOf(token.expiresAt),
    ...(token.lastUsedAt === undefined ? {} : { last_used_time: token.lastUsedAt.toISOString() }),
    creation_time: token.createdAt.toISOString(),
  };
}
