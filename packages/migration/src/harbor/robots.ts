import type { HarborApi } from './harbor-api.ts';
import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import { configurations, grantable, robot, robotCreated, type Robot } from './models.ts';

const DEFAULT_PREFIX = 'robot$';
const SECONDS_PER_DAY = 86_400;

/** What is the same for all robots of a copy. */
export interface RobotRules {
  /** Before the names of robots, on each side. */
  readonly prefixes: { readonly source: string; readonly destination: string };
  /** `<kind> <resource> <action>` that the destination hands out; undefined where it does not tell. */
  readonly grantable: ReadonlySet<string> | undefined;
}

export async function robotRules({ source, destination }: HarborCopy): Promise<RobotRules> {
  const told = await destination.find('/permissions', grantable);
  const words = (['system', 'project'] as const).flatMap((kind) =>
    (told?.[kind] ?? []).map(({ resource, action }) => `${kind} ${resource} ${action}`),
  );
  return {
    prefixes: { source: await prefixOf(source), destination: await prefixOf(destination) },
    grantable: told === undefined ? undefined : new Set(words),
  };
}

async function prefixOf(api: HarborApi): Promise<string> {
  return (await api.find('/configurations', configurations))?.robot_name_prefix?.value ?? DEFAULT_PREFIX;
}

/**
 * Copies the robot accounts of a project, or those of the system, with new secrets. `projects`: those whose names permissions may have;
 * a robot of the system may have others too.
 */
export async function copyRobots(
  copy: HarborCopy,
  { rules, project, projects }: { readonly rules: RobotRules; readonly project?: ProjectPair; readonly projects: ReadonlySet<string> },
): Promise<void> {
  const { source, destination, report, secrets, progress } = copy;
  const { prefixes } = rules;
  const there = new Map<string, Robot>();
  if (project === undefined || project.destinationId !== undefined)
    for await (const one of destination.list('/robots', robot, levelOf(project?.destinationId)))
      there.set(bareName(one.name, prefixes.destination, project), one);
  for await (const one of source.list('/robots', robot, levelOf(project?.sourceId))) {
    const bare = bareName(one.name, prefixes.source, project);
    const known = there.get(bare);
    if (known !== undefined) {
      report.count('robot', 'there');
      if (secrets.secretOf({ kind: 'robot', name: known.name }) === undefined)
        report.differs('robot', known.name, 'It was here already, and its secret is not known to this copy: give it another one.');
    } else if (over(one)) report.differs('robot', one.name, 'It has expired at the source: not copied.');
    else {
      const permissions = permissionsOf(copy, one, { rules, projects });
      const days = one.expires_at <= 0 ? -1 : Math.ceil((one.expires_at - now()) / SECONDS_PER_DAY);
      const body = {
        ...{ name: bare, description: one.description, level: project === undefined ? 'system' : 'project' },
        disable: one.disable,
        duration: days,
        permissions,
      };
      if (permissions.length === 0) report.differs('robot', one.name, 'Nothing of what it may do exists here: not copied.');
      else
        await report.make('robot', one.name, async () => {
          await secrets.prepare();
          const made = await destination.createAs('/robots', body, robotCreated);
          await secrets.add({ kind: 'robot', name: made.name }, made.secret);
        });
    }
    progress();
  }
}

/** Without what the destination does not hand out, or what is about projects that are not copied; both are told. */
function permissionsOf(
  { report }: HarborCopy,
  { name, permissions }: Robot,
  { rules, projects }: { readonly rules: RobotRules; readonly projects: ReadonlySet<string> },
): Robot['permissions'] {
  return permissions.flatMap(({ kind, namespace, access }) => {
    if (kind === 'project' && namespace !== '*' && !projects.has(namespace)) {
      report.differs('robot', name, `Its rights in the project ${namespace} were left out: the project is not copied.`);
      return [];
    }
    const may = access.filter(({ resource, action }) => rules.grantable?.has(`${kind} ${resource} ${action}`) ?? true);
    const not = access.filter((one) => !may.includes(one)).map(({ resource, action }) => `${resource}:${action}`);
    if (not.length > 0) report.differs('robot', name, `Rights that do not exist here were left out: ${not.join(', ')}.`);
    return may.length === 0 ? [] : [{ kind, namespace, access: may }];
  });
}

function levelOf(projectId: number | undefined): { q: string } {
  return { q: projectId === undefined ? 'Level=system' : `Level=project,ProjectID=${projectId}` };
}

/** `robot$team+ci` is ci of the project team. */
function bareName(name: string, prefix: string, project: ProjectPair | undefined): string {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return project !== undefined && rest.startsWith(`${project.name}+`) ? rest.slice(project.name.length + 1) : rest;
}

function over({ expires_at: end }: Robot): boolean {
  return end > 0 && end <= now();
}

function now(): number {
  return Date.now() / 1000;
}
