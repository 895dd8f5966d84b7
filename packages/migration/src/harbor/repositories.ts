import { isDigest, OciError, parseDigest, parseRepositoryName, parseTag, type RepositoryName, type Tag } from '@berth/oci';
import type { ContentCopier, RepositoryPair, Root } from '../copy/content-copier.ts';
import { inParallel } from '../in-parallel.ts';
import { repositoryPath } from './harbor-api.ts';
import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import type { LabelIds } from './labels.ts';
import { artifact, type Artifact, repository, type Repository } from './models.ts';

/** Of one repository. */
const ARTIFACTS_AT_A_TIME = 4;

export interface ContentOptions {
  readonly copier: ContentCopier;
  readonly labels: LabelIds;
  /** Tells where the copy is. */
  readonly at: (repository: string) => void;
}

/** Copies the artifacts of all repositories of a project, with tags, referrers, labels and the descriptions of the repositories. */
export async function copyRepositories(copy: HarborCopy, pair: ProjectPair, options: ContentOptions): Promise<void> {
  for await (const from of copy.source.list(`/projects/${encodeURIComponent(pair.name)}/repositories`, repository)) {
    options.at(from.name);
    const name = nameOf(copy, from);
    if (name === undefined) continue;
    try {
      await copyArtifacts(copy, { pair, name, options });
      if (from.description !== '') await copyDescription(copy, pair, from);
    } catch (error) {
      // A list that Harbor cannot give, such as where its database lost a row, is of this repository: the same call again would end here, too.
      copy.report.failed('repository', name, error);
    }
    options.copier.repositoryEnds(name);
  }
}

function nameOf({ report }: HarborCopy, { name }: Repository): RepositoryName | undefined {
  try {
    return parseRepositoryName(name);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    report.failed('repository', name, error);
    return undefined;
  }
}

interface Place {
  readonly pair: ProjectPair;
  readonly name: RepositoryName;
  readonly options: ContentOptions;
}

async function copyArtifacts(copy: HarborCopy, { pair, name, options }: Place): Promise<void> {
  const path = pathOf(pair, name);
  const query = { with_tag: true, with_label: true, with_accessory: true };
  const place: RepositoryPair = { from: name, to: name, reachable: pair.destinationId !== undefined };
  const seen = new Set<string>();
  await inParallel(copy.source.list(`${path}/artifacts`, artifact, query), ARTIFACTS_AT_A_TIME, async (one) => {
    const root = rootOf(copy, name, one);
    for (const tag of one.tags) seen.add(tag.name);
    if (root !== undefined && (await options.copier.copy(place, root)) && one.labels.length > 0)
      await copyLabelsOf(copy, { ...{ pair, name, options }, one });
    copy.progress();
  });
  // Of signatures Harbor tells the digests only; cosign finds them by tags.
  await options.copier.copyTags(place, seen);
}

function rootOf(
  { report }: HarborCopy,
  name: RepositoryName,
  { digest, manifest_media_type, tags, accessories }: Artifact,
): Root | undefined {
  if (!isDigest(digest)) {
    report.differs('repository', name, `It has an artifact with the digest ${digest}, which is none that a registry may keep.`);
    return undefined;
  }
  return {
    digest: parseDigest(digest),
    mediaType: manifest_media_type === '' ? undefined : manifest_media_type,
    tags: tags.flatMap((one) => tagOf(report, name, one.name)),
    accessories: accessories.flatMap((one) => (isDigest(one.digest) ? [parseDigest(one.digest)] : [])),
  };
}

function tagOf(report: HarborCopy['report'], name: RepositoryName, tag: string): Tag[] {
  try {
    return [parseTag(tag)];
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    report.failed('tag', `${name}:${tag}`, error);
    return [];
  }
}

async function copyLabelsOf({ destination, report }: HarborCopy, { pair, name, options, one }: Place & { one: Artifact }): Promise<void> {
  const path = `${pathOf(pair, name)}/artifacts/${one.digest}`;
  const there = pair.destinationId === undefined ? undefined : await destination.find(path, artifact, { with_label: true });
  const has = new Set(there?.labels.map(({ id }) => id));
  for (const { id, name: label } of one.labels) {
    const here = options.labels.get(id);
    if (here !== undefined && has.has(here)) report.count('label on an artifact', 'there');
    else if (here === undefined && !report.dryRun)
      report.differs('label on an artifact', `${name}@${one.digest}`, `The label ${label} is not here.`);
    else
      await report.make('label on an artifact', `${label} on ${name}@${one.digest}`, () =>
        destination.create(`${path}/labels`, { id: here }),
      );
  }
}

async function copyDescription({ destination, report }: HarborCopy, pair: ProjectPair, { name, description }: Repository): Promise<void> {
  const path = pathOf(pair, name);
  const there = pair.destinationId === undefined ? undefined : await destination.find(path, repository);
  // No artifact of it could be copied.
  if (there === undefined && !report.dryRun) return;
  if (there?.description === description) report.count('description', 'there');
  else if ((there?.description ?? '') !== '') report.differs('description', name, 'It has another description here; it was left so.');
  else await report.make('description', name, () => destination.update(path, { description }));
}

/** Below the project's name, of which `name` has it as its first part. */
function pathOf(pair: ProjectPair, name: string): string {
  return repositoryPath(pair.name, name.slice(pair.name.length + 1));
}
