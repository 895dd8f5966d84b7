import { OciError, type RepositoryName, type Tag, say } from '@berth/oci';
import type { ContentChanges } from '../ports/content-changes.ts';
import type { ContentLists, ContentPage } from '../ports/content-lists.ts';
import type { ManifestRecords } from '../ports/manifest-records.ts';
import type { Trash, TrashEntry, TrashQuery } from '../ports/trash.ts';
import type { ActorKey } from '../ports/upload-sessions.ts';
import { putBytes } from './artifact-changes.ts';

export interface TrashBinPorts {
  readonly trash: Trash;
  readonly lists: ContentLists;
  readonly changes: ContentChanges;
  readonly manifestRecords: Pick<ManifestRecords, 'put'>;
}

/** `taken`: something living has the name or the tag; `gone`: what it needs is not there any more. */
export type RestoreOutcome = 'restored' | 'taken' | 'gone';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

/** Deleted things that may come back for a while. */
export class TrashBin {
  readonly #ports: TrashBinPorts;

  constructor(ports: TrashBinPorts) {
    this.#ports = ports;
  }

  list(query: TrashQuery): Promise<ContentPage<TrashEntry>> {
    return this.#ports.trash.list(query);
  }

  /** Throws NAME_UNKNOWN. */
  async find(id: number, projectId?: number): Promise<TrashEntry> {
    const entry = await this.#ports.trash.find(id, projectId);
    if (entry === undefined)
      throw new OciError('NAME_UNKNOWN', say('no-such-trash')`The trash has no such entry: it was restored, purged, or its time is over.`);
    return entry;
  }

  /** An artifact comes with the signatures that were deleted with it, and with its tags as far as nobody took them since. */
  async restore(entry: TrashEntry, actor: ActorKey): Promise<RestoreOutcome> {
    switch (entry.kind) {
      case 'project':
        return this.#ports.trash.restoreProject(entry.id);
      case 'repository':
        return this.#ports.trash.restoreRepository(entry.id);
      case 'artifact': {
        let outcome: RestoreOutcome = 'gone';
        for (const id of await this.#ports.trash.companions(entry.id)) {
          const restored = await this.#restoreArtifact(id, actor);
          if (id === entry.id) outcome = restored;
        }
        return outcome;
      }
      case 'tag':
        return this.#restoreTag(entry, actor);
    }
  }

  /** For good. False when it was gone already. */
  purge(entry: TrashEntry): Promise<boolean> {
    return this.#ports.trash.purge(entry.id);
  }

  /** One bounded batch of what is over, for a job. One that cannot be removed holds up no other; why is told after the last. */
  async purgeExpired(limit: number, stopping?: AbortSignal): Promise<{ readonly more: boolean }> {
    const ids = await this.#ports.trash.expired(limit);
    let purged = 0;
    const failures: unknown[] = [];
    for (const id of ids) {
      if (stopping?.aborted === true) break;
      try {
        if (await this.#ports.trash.purge(id, stopping)) purged += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return { more: purged > 0 && ids.length === limit };
  }

  async #restoreArtifact(id: number, actor: ActorKey): Promise<RestoreOutcome> {
    const { trash, manifestRecords } = this.#ports;
    const entry = await trash.find(id);
    if (entry?.digest === undefined) return 'gone';
    const repository = entry.name as RepositoryName;
    const manifests = await trash.openArtifact(id, repository);
    if (manifests === undefined) return 'gone';
    const free = await this.#freeTags(repository, entry.tags);
    for (const manifest of manifests) {
      const tags = manifest.digest === entry.digest ? free : [];
      await putBytes(manifestRecords, { repository, manifest, tags, actor });
      if (manifest.labelIds.length > 0) await trash.relabel(repository, manifest.digest, manifest.labelIds);
    }
    // The put took it out already, unless the repository is a new one.
    await trash.drop(id);
    return 'restored';
  }

  async #freeTags(name: RepositoryName, tags: readonly Tag[]): Promise<readonly Tag[]> {
    const { lists } = this.#ports;
    const repository = await lists.repository(name);
    if (repository === undefined) return tags;
    const free: Tag[] = [];
    for (const tag of tags) {
      if ((await lists.artifact(repository.id, { tag }, NOTHING_MORE)) === undefined) free.push(tag);
    }
    return free;
  }

  async #restoreTag({ id, name, tag, digest }: TrashEntry, actor: ActorKey): Promise<RestoreOutcome> {
    const { lists, changes, trash } = this.#ports;
    if (tag === undefined || digest === undefined) return 'gone';
    const repository = await lists.repository(name as RepositoryName);
    const there = repository === undefined ? undefined : await lists.artifact(repository.id, { tag }, NOTHING_MORE);
    if (there !== undefined && there.digest !== digest) return 'taken';
    const target = repository === undefined ? undefined : await lists.artifact(repository.id, { digest }, NOTHING_MORE);
    if (repository === undefined || target === undefined) {
      const held = repository === undefined ? undefined : await trash.findArtifact(repository.id, digest);
      if (held === undefined || (await this.#restoreArtifact(held.id, actor)) !== 'restored') return 'gone';
    }
    const place = repository ?? (await lists.repository(name as RepositoryName));
    if (place === undefined) return 'gone';
    const outcome = await changes.createTag({ repositoryId: place.id, tag, digest, actor });
    if (outcome === 'absent') return 'gone';
    await trash.drop(id);
    return 'restored';
  }
}
