import { randomBytes } from 'node:crypto';
import type { HarborCopy } from './harbor-copy.ts';
import { group, type Group, groupMember, user, type User } from './models.ts';

/** Harbor's first user, who is on both sides. */
const ADMIN = 'admin';
const LOCAL_GROUP = 4;
const MAX_COMMENT = 30;

/**
 * Copies local users, with new passwords: no Harbor tells the old ones. Users that a directory or an OIDC provider keeps (`authMode` other
 * than db_auth) are named only.
 */
export async function copyUsers({ source, destination, report, secrets, progress }: HarborCopy, authMode: string): Promise<void> {
  const there = new Map<string, User>();
  for await (const one of destination.list('/users', user)) there.set(one.username.toLowerCase(), one);
  for await (const one of source.list('/users', user)) {
    if (one.username === ADMIN) continue;
    const known = there.get(one.username.toLowerCase());
    if (known !== undefined) {
      report.count('user', 'there');
      if (one.sysadmin_flag && !known.sysadmin_flag)
        report.differs('user', one.username, 'A system administrator at the source, and none here; it was left so.');
    } else if (authMode !== 'db_auth')
      report.differs('user', one.username, `It signs in by ${authMode} at the source, whose passwords Harbor does not keep: not copied.`);
    else {
      const made = await report.make('user', one.username, async () => {
        const password = secrets.secretOf({ kind: 'user', name: one.username }) ?? newPassword();
        await secrets.add({ kind: 'user', name: one.username }, password);
        return destination.create('/users', bodyOf(one, password));
      });
      if (made !== undefined && one.sysadmin_flag)
        await report.make('system administrator', one.username, () =>
          destination.update(`/users/${made}/sysadmin`, { sysadmin_flag: true }),
        );
    }
    progress();
  }
}

function bodyOf({ user_id, username, email, realname, comment }: User, password: string): Record<string, string> {
  return {
    ...{ username, password, comment: comment.slice(0, MAX_COMMENT) },
    // Harbor has users without them, whom it made itself.
    email: email === '' ? `user${user_id}@no-address.invalid` : email,
    realname: realname === '' ? username : realname,
  };
}

/** Copies groups, and of those that are local who is in them. */
export async function copyGroups(copy: HarborCopy): Promise<void> {
  const { source, destination, report, progress } = copy;
  const there = new Map<string, number>();
  for await (const { id, group_name: name } of destination.list('/usergroups', group)) there.set(name, id);
  for await (const one of source.list('/usergroups', group)) {
    const known = there.get(one.group_name);
    if (known !== undefined) report.count('group', 'there');
    const { group_name, group_type, ldap_group_dn } = one;
    const id =
      known ?? (await report.make('group', group_name, () => destination.create('/usergroups', { group_name, group_type, ldap_group_dn })));
    if (group_type === LOCAL_GROUP) await copyGroupMembers(copy, one, id);
    else if (known === undefined)
      report.differs('group', group_name, 'Its members are known to a directory or an OIDC provider only: nobody is in it here.');
    progress();
  }
}

/** A Berth's; a Harbor has no groups whose members it knows. */
async function copyGroupMembers({ source, destination, report }: HarborCopy, from: Group, to: number | undefined): Promise<void> {
  const there = new Set<string>();
  if (to !== undefined) for await (const { username } of destination.list(`/usergroups/${to}/members`, groupMember)) there.add(username);
  for await (const { username } of source.list(`/usergroups/${from.id}/members`, groupMember)) {
    if (there.has(username)) report.count('group member', 'there');
    else
      await report.make('group member', `${username} in ${from.group_name}`, () =>
        destination.create(`/usergroups/${String(to)}/members`, { username }),
      );
  }
}

/** Of 24 random letters and digits and what password rules ask for. */
function newPassword(): string {
  return `${randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'x')}Aa1`;
}
