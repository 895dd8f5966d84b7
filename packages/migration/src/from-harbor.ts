import {
  type Credentials,
  RegistryClient,
  RegistryRefusedError,
  RegistryUnreachableError,
  type TransportOptions,
} from '@berth/registry-client';
import { ContentCopier } from './copy/content-copier.ts';
import { SourceRegistry } from './copy/source-registry.ts';
import { HarborApi } from './harbor/harbor-api.ts';
import type { HarborCopy, ProjectPair } from './harbor/harbor-copy.ts';
import { copyLabels, type LabelIds } from './harbor/labels.ts';
import { copyMembers } from './harbor/members.ts';
import { generalInfo, project, type Project, user } from './harbor/models.ts';
import { copyGroups, copyUsers } from './harbor/people.ts';
import { copyImmutableRules, copyQuota, copyRetention } from './harbor/policies.ts';
import { copyProject } from './harbor/projects.ts';
import { copyRepositories } from './harbor/repositories.ts';
import { copyRobots, type RobotRules, robotRules } from './harbor/robots.ts';
import { tellWhatStays, tellWhatStaysOf } from './harbor/without-counterpart.ts';
import { type MigrationReport, Report } from './report.ts';
import type { SecretsFile } from './secrets-file.ts';
import { ending, MigrationStoppedError } from './stopped.ts';

/** A registry and who signs in to it. */
export interface Side extends TransportOptions {
  readonly origin: URL;
  readonly credentials: Credentials;
}

/** How far a copy is. */
export interface MigrationProgress {
  readonly report: Report;
  /** The repository that is copied now; empty before the first. */
  readonly at: string;
}

export interface HarborMigrationOptions {
  readonly source: Side;
  readonly destination: Side;
  /** Names of projects; absent: all. */
  readonly projects?: readonly string[];
  readonly exclude?: readonly string[];
  readonly dryRun: boolean;
  /** Tags that the destination has stay as they are there. */
  readonly keepTags: boolean;
  readonly secrets: SecretsFile;
  readonly watch: (progress: MigrationProgress) => void;
}

/**
 * Copies a Harbor, or a Berth, over its public API: users, groups, labels, projects with members, robots, rules and quotas, and everything
 * that is in them. What is there already is left as it is, so that a second run goes on where the first ended. What could not be copied, and
 * what has no counterpart, is in the report. Rejects with the errors of the registry client where it could not begin.
 */
export async function migrateFromHarbor(options: HarborMigrationOptions): Promise<MigrationReport> {
  const [source, destination] = [options.source, options.destination].map((side) => new RegistryClient(side)) as [
    RegistryClient,
    RegistryClient,
  ];
  const report = new Report(options.dryRun);
  let at = '';
  const progress = (): void => options.watch({ report, at });
  const copy: HarborCopy = {
    source: new HarborApi({ ...options.source, side: 'source' }),
    destination: new HarborApi({ ...options.destination, side: 'destination' }),
    ...{ report, secrets: options.secrets, progress },
  };
  const copier = new ContentCopier({
    ...{ source: new SourceRegistry(source), destination, report, keepTags: options.keepTags, progress },
  });
  try {
    await checkBothSides(options);
    await copyAll(copy, { options, copier, at: (name) => void (at = name) });
  } catch (error) {
    const stop = ending(error);
    if (stop === undefined) throw error;
    report.stop(stop);
  } finally {
    for (const client of [source, destination, copy.source, copy.destination]) client.close();
  }
  return report.view();
}

/** Tried twice only: whoever mistyped an address need not wait for what is patience with a registry that restarts. */
const FIRST_ATTEMPTS = 2;

/** Rejects with MigrationStoppedError where the copy cannot begin. */
async function checkBothSides({ source, destination }: Pick<HarborMigrationOptions, 'source' | 'destination'>): Promise<void> {
  if (source.origin.host === destination.origin.host)
    throw new MigrationStoppedError('The source and the destination are the same registry.');
  await checkAdministrator(new HarborApi({ ...source, side: 'source', attempts: FIRST_ATTEMPTS }), 'source', 'read');
  await checkAdministrator(new HarborApi({ ...destination, side: 'destination', attempts: FIRST_ATTEMPTS }), 'destination', 'made');
}

async function checkAdministrator(api: HarborApi, side: string, what: string): Promise<void> {
  const where = `the ${side}, ${api.origin.host}`;
  try {
    const { sysadmin_flag: isAdministrator } = await api.get('/users/current', user);
    if (!isAdministrator)
      throw new MigrationStoppedError(
        `${api.username} is no system administrator of ${where}: not everything could be ${what}. Nothing was copied; sign in as one.`,
      );
  } catch (error) {
    if (error instanceof RegistryRefusedError && error.status === 401)
      throw new MigrationStoppedError(`${api.username} could not sign in to ${where}: ${error.message} Nothing was copied.`, {
        cause: error,
      });
    if (error instanceof RegistryUnreachableError)
      throw new MigrationStoppedError(`${error.message} Nothing was copied.`, { cause: error });
    throw error;
  } finally {
    api.close();
  }
}

interface Run {
  readonly options: HarborMigrationOptions;
  readonly copier: ContentCopier;
  readonly at: (repository: string) => void;
}

async function copyAll(copy: HarborCopy, run: Run): Promise<void> {
  const chosen = await chooseProjects(copy, run.options);
  const { auth_mode: authMode } = await copy.source.get('/systeminfo', generalInfo);
  await copyUsers(copy, authMode === '' ? 'db_auth' : authMode);
  await copyGroups(copy);
  const labels: LabelIds = new Map();
  await copyLabels(copy, labels);
  const rules = await robotRules(copy);
  const names = new Set(chosen.map(({ name }) => name));
  for (const from of chosen) await copyOneProject(copy, { ...run, from, labels: new Map(labels), rules, names });
  await copyRobots(copy, { rules, projects: names });
  await tellWhatStays(copy);
}

/** All but proxy caches, which fill themselves. Rejects with MigrationStoppedError for a name that does not exist. */
async function chooseProjects({ source, report }: HarborCopy, { projects, exclude = [] }: HarborMigrationOptions): Promise<Project[]> {
  const all = await source.all('/projects', project);
  const unknown = [...(projects ?? []), ...exclude].filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) throw new MigrationStoppedError(`The source has no project ${unknown.join(', ')}.`);
  return all.filter(({ name, registry_id: cached }) => {
    const wanted = (projects?.includes(name) ?? true) && !exclude.includes(name);
    if (wanted && cached > 0)
      report.differs('project', name, 'It is a proxy cache of another registry: not copied, since Berth does not cache.');
    return wanted && cached <= 0;
  });
}

interface OneProject extends Run {
  readonly from: Project;
  readonly labels: LabelIds;
  readonly rules: RobotRules;
  readonly names: ReadonlySet<string>;
}

/** The rules that refuse or delete come when the content is there. */
async function copyOneProject(copy: HarborCopy, { from, labels, rules, names, copier, at }: OneProject): Promise<void> {
  const pair: ProjectPair | undefined = await copyProject(copy, from);
  if (pair === undefined) return;
  await copyLabels(copy, labels, pair);
  await copyMembers(copy, pair);
  await copyRepositories(copy, pair, { copier, labels, at });
  await copyImmutableRules(copy, pair);
  await copyRetention(copy, pair, from);
  await copyQuota(copy, pair);
  await copyRobots(copy, { rules, project: pair, projects: names });
  await tellWhatStaysOf(copy, pair);
}
