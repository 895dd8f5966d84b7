import { OciError, type Reference, referenceText, type RepositoryName, say } from '@berth/oci';
import type {
  Artifact,
  ArtifactDetail,
  ArtifactQuery,
  ContentLists,
  ContentPage,
  Repository,
  TagListing,
  TagQuery,
} from '../ports/content-lists.ts';
import type { ManifestFacts } from '../ports/manifest-facts.ts';
import type { FactReader } from './fact-reader.ts';

/** Lists of repositories, artifacts and tags, complete with what their manifests say. */
export class ContentReads {
  readonly #lists: ContentLists;
  readonly #facts: FactReader;

  constructor(lists: ContentLists, facts: FactReader) {
    this.#lists = lists;
    this.#facts = facts;
  }

  get repositories(): ContentLists['repositories'] {
    return this.#lists.repositories;
  }

  get accessories(): ContentLists['accessories'] {
    return this.#lists.accessories;
  }

  get layerUses(): ContentLists['layerUses'] {
    return this.#lists.layerUses;
  }

  get projectSummary(): ContentLists['projectSummary'] {
    return this.#lists.projectSummary;
  }

  /** Throws NAME_UNKNOWN. */
  async repository(name: RepositoryName): Promise<Repository> {
    const found = await this.#lists.repository(name);
    if (found === undefined) throw new OciError('NAME_UNKNOWN', say('no-such-repository')`No repository ${{ repository: name }} exists.`);
    return found;
  }

  async artifacts(query: ArtifactQuery): Promise<ContentPage<Artifact>> {
    const { items, total } = await this.#lists.artifacts(query);
    return { items: await this.#withFacts(items), total };
  }

  /** Throws MANIFEST_UNKNOWN. */
  async artifact(repository: Repository, reference: Reference, detail: ArtifactDetail): Promise<Artifact> {
    const found = await this.#lists.artifact(repository.id, reference, detail);
    const [artifact] = await this.#withFacts(found === undefined ? [] : [found]);
    if (artifact === undefined) throw unknownArtifact(repository, reference);
    return artifact;
  }

  async tags(repositoryId: number, query: TagQuery): Promise<ContentPage<TagListing>> {
    const { items, total } = await this.#lists.tags(repositoryId, query);
    return { items: await this.#withFacts(items), total };
  }

  async #withFacts<Item extends { readonly contentId: number; readonly facts: ManifestFacts | undefined }>(
    items: readonly Item[],
  ): Promise<readonly Item[]> {
    const unread = [...new Set(items.filter(({ facts }) => facts === undefined).map(({ contentId }) => contentId))];
    if (unread.length === 0) return items;
    const facts = await this.#facts.read(unread);
    return items.map((item) => ({ ...item, facts: item.facts ?? facts.get(item.contentId) }));
  }
}

export function unknownArtifact(repository: { readonly name: RepositoryName }, reference: Reference): OciError {
  return new OciError(
    'MANIFEST_UNKNOWN',
    say('no-such-artifact')`The repository ${{ repository: repository.name }} has no artifact ${{ reference: referenceText(reference) }}.`,
  );
}
