import {
  MAX_PATTERNS,
  mayHandOut,
  type Actor,
  type NewMember,
  patternIn,
  patternProblem,
  type ProjectStanding,
  type Role,
} from '@berth/access';
import type { projectMember } from '@berth/api-contract';
import { type ProjectName, followedBy, say } from '@berth/oci';
import type { z } from 'zod';
import type { IdentityStores } from '../../identity/identity.ts';
import { ApiError } from '../api-error.ts';

type Body = z.output<typeof projectMember>;

/** The user or the group of the body, by id or, without one, by name, as in Harbor. */
export async function entityFromBody(stores: IdentityStores, body: Body): Promise<NewMember['entity']> {
  const { user_id: userId = 0, username = '' } = body.member_user ?? {};
  const { id: groupId = 0, group_name: groupName = '' } = body.member_group ?? {};
  if (userId > 0 || username !== '') {
    const user = userId > 0 ? await stores.users.find(userId) : (await stores.users.list({ page: 1, pageSize: 1, username })).items[0];
    if (user === undefined)
      throw new ApiError(userId > 0 ? 'BAD_REQUEST' : 'NOT_FOUND', say('no-such-user')`No such user exists. Nothing was changed.`);
    return { kind: 'user', id: user.id };
  }
  if (groupId > 0 || groupName !== '') {
    const group = groupId > 0 ? await stores.groups.find(groupId) : await stores.groups.findByName(groupName);
    if (group === undefined)
      throw new ApiError(groupId > 0 ? 'BAD_REQUEST' : 'NOT_FOUND', say('no-such-group')`No such user group exists. Nothing was changed.`);
    return { kind: 'group', id: group.id };
  }
  throw new ApiError(
    'BAD_REQUEST',
    say(
      'member-not-named',
    )`member_user must name a user by user_id or username, or member_group a group by id or group_name. Nothing was changed.`,
  );
}

/** The role, if the caller holds in this project all that it would give. */
export async function roleFromBody(
  stores: IdentityStores,
  { roleId, actor, standing }: { readonly roleId: number; readonly actor: Actor; readonly standing: ProjectStanding },
): Promise<Role> {
  const role = roleId > 0 && roleId <= MAX_ROLE_ID ? await stores.roles.find(roleId) : undefined;
  if (role === undefined) {
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'role-unknown',
      )`role_id must be 1 (project administrator), 2 (developer), 3 (guest), 4 (maintainer), 5 (limited guest) or the id of a role made here. Nothing was changed.`,
    );
  }
  if (mayHandOut(actor, role.actions, standing)) return role;
  throw new ApiError(
    'FORBIDDEN',
    say('role-beyond-own')`The role ${{ role: role.name }} has rights that you do not have in this project. Nothing was changed.`,
  );
}

/** A smallint in the database. */
const MAX_ROLE_ID = 32_767;

/** Full patterns of the project; undefined where the role counts for all of it. */
export function patternsFromBody(project: ProjectName, patterns: Body['repository_patterns']): readonly string[] | undefined {
  if (patterns === undefined || patterns.length === 0) return undefined;
  const full = [...new Set(patterns.map((text) => patternIn(project, text)))];
  const problem = [...patterns, ...full].map(patternProblem).find((sentence) => sentence !== undefined);
  if (problem !== undefined || full.length > MAX_PATTERNS)
    throw new ApiError(
      'BAD_REQUEST',
      followedBy(
        problem ?? say('too-many-patterns')`A role counts for at most ${{ most: MAX_PATTERNS }} patterns.`,
        ' Nothing was changed.',
      ),
    );
  return full;
}

/** A member of another project is as absent as one that never was. */
export function noSuchMember(): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-member')`The project has no member with this id. Nothing was changed.`);
}
