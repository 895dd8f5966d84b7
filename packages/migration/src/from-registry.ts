import { OciError, type ProjectName, parseRepositoryName, type RepositoryName } from '@berth/oci';
import { type RegistryClient, RegistryContentError } from '@berth/registry-client';
import { ContentCopier } from './copy/content-copier.ts';
import { parseSourceName, type SourceName, SourceRegistry } from './copy/source-registry.ts';
import type { MigrationProgress } from './from-harbor.ts';
import { type MigrationReport, Report } from './report.ts';
import { ending, MigrationStoppedError } from './stopped.ts';

export interface RegistryMigrationOptions {
  readonly source: RegistryClient;
  readonly destination: RegistryClient;
  /** Names at the source; absent: all that its catalog has. */
  readonly repositories?: readonly string[];
  /** Where names go that have no project, such as `app`. */
  readonly project: ProjectName;
  /** Whole names go below {@link project}, those with a project too. */
  readonly below: boolean;
  readonly dryRun: boolean;
  readonly keepTags: boolean;
  readonly watch: (progress: MigrationProgress) => void;
}

/** Copies what has a tag, and what refers to it, from any registry of the distribution specification. */
export async function migrateFromRegistry(options: RegistryMigrationOptions): Promise<MigrationReport> {
  const report = new Report(options.dryRun);
  const source = new SourceRegistry(options.source);
  let at = '';
  const progress = (): void => options.watch({ report, at });
  const copier = new ContentCopier({ source, destination: options.destination, report, keepTags: options.keepTags, progress });
  const taken = new Map<RepositoryName, string>();
  let listed = 0;
  try {
    for await (const name of options.repositories ?? source.catalog()) {
      listed += 1;
      const pair = pairOf(name, options);
      if (pair instanceof OciError) report.failed('repository', name, pair);
      else if (taken.has(pair.to))
        report.differs(
          'repository',
          name,
          `It would be ${pair.to}, as ${String(taken.get(pair.to))} is already: copy it by itself, with another --project.`,
        );
      else {
        taken.set(pair.to, name);
        at = name;
        try {
          const tags = await copier.copyTags({ ...pair, reachable: true }, new Set());
          if (tags > 0) report.count('repository', 'made');
          else if (options.repositories === undefined)
            report.differs('repository', name, 'It has no tags, so that nothing of it was copied.');
          // One that is not there looks like this, too: whoever named it must not take it for copied.
          else throw new RegistryContentError('The source has no repository of this name, or no tags in it.');
        } catch (error) {
          report.failed('repository', name, error);
        }
        copier.repositoryEnds(pair.to);
      }
    }
    if (listed === 0)
      throw new MigrationStoppedError('The source lists no repositories, or none to this login: name them with --repository.');
  } catch (error) {
    const stop = ending(error);
    if (stop === undefined) throw error;
    report.stop(stop);
  }
  return report.view();
}

function pairOf(name: string, { project, below }: RegistryMigrationOptions): { from: SourceName; to: RepositoryName } | OciError {
  try {
    const from = parseSourceName(name);
    return { from, to: below || !name.includes('/') ? parseRepositoryName(`${project}/${name}`) : parseRepositoryName(name) };
  } catch (error) {
    if (error instanceof OciError) return error;
    throw error;
  }
}
