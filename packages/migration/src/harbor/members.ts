import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import { member, type Member } from './models.ts';

/** Roles that people made have ids of their own on each side. */
const BUILT_IN_ROLES = 5;

export async function copyMembers(copy: HarborCopy, pair: ProjectPair): Promise<void> {
  const { source, destination, report, progress } = copy;
  const there = new Map<string, Member>();
  if (pair.destinationId !== undefined)
    for await (const one of destination.list(`/projects/${pair.destinationId}/members`, member)) there.set(keyOf(one), one);
  for await (const one of source.list(`/projects/${pair.sourceId}/members`, member)) {
    const name = `${one.entity_name} in ${pair.name}`;
    const known = there.get(keyOf(one));
    if (known !== undefined) {
      report.count('member', 'there');
      if (known.role_id !== one.role_id)
        report.differs('member', name, `The role is ${one.role_name} at the source and ${known.role_name} here; it was left so.`);
    } else if (one.role_id > BUILT_IN_ROLES)
      report.differs('member', name, `The role ${one.role_name} was made at the source: make it here, and the member with it.`);
    else await makeMember(copy, pair, one);
    progress();
  }
}

function makeMember({ destination, report }: HarborCopy, pair: ProjectPair, one: Member): Promise<unknown> {
  const entity =
    one.entity_type === 'u' ? { member_user: { username: one.entity_name } } : { member_group: { group_name: one.entity_name } };
  const patterns = one.repository_patterns.length === 0 ? {} : { repository_patterns: one.repository_patterns };
  const absent = 'No such user or group is here: sign-in is set up otherwise, or it could not be copied.';
  return report.make('member', { name: `${one.entity_name} in ${pair.name}`, absent }, () =>
    destination.create(`/projects/${String(pair.destinationId)}/members`, { role_id: one.role_id, ...entity, ...patterns }),
  );
}

function keyOf({ entity_type: type, entity_name: name }: Member): string {
  return `${type} ${name.toLowerCase()}`;
}
