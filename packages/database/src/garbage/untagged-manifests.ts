import type { Digest, RepositoryName } from '@berth/oci';
import type { ActorKey, GarbagePolicy, LoosePage, SweptPage, UntaggedManifest } from '@berth/registry';
import type { Knex } from 'knex';
import { dropManifest } from '../registry/manifest-removal.ts';
import { PINNED } from '../registry/pinned-check.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import type { SweepRequest } from './sweep.ts';

/** Who deletes, in events, history and trash. */
const COLLECTOR = 'system:collection' as ActorKey;
const DAY_SECONDS = 24 * 60 * 60;

/** Manifest `m` is held by nothing: no tag, no index, no subject that is here, no pin. A subject keeps its referrers alive, never the reverse (law 5). */
export const UNHELD = `
  not exists (select 1 from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id)
  and not exists (select 1 from manifest_references f where f.repository_id = m.repository_id and f.child_id = m.id)
  and not exists (select 1 from manifest_references f where f.repository_id = m.repository_id and f.digest = m.digest)
  and not exists (select 1 from manifests s where s.repository_id = m.repository_id and s.digest = m.subject_digest)
  and not ${PINNED}`;

/** And for the grace it was neither pushed, nor pulled, nor lost a tag. Bindings: {@link graceBindings}. */
export const LOOSE = `
  ${UNHELD}
  and m.pushed_at < now() - make_interval(secs => ?)
  and not exists (select 1 from manifest_traffic p where p.manifest_id = m.id and p.pulled_at >= now() - make_interval(secs => ?))
  and not exists (select 1 from tag_history h where h.repository_id = m.repository_id and h.previous_digest = m.digest
    and h.moved_at >= now() - make_interval(secs => ?))`;

interface Loose {
  readonly id: number;
  readonly repository_id: number;
  readonly name: RepositoryName;
  readonly digest: Digest;
  readonly loose: boolean;
}

/** What {@link sweepManifests} would take of its next page, without touching it. */
export async function looseManifests(knex: Knex, { position, limit, policy }: SweepRequest): Promise<LoosePage> {
  if (!policy.deleteUntagged) return { items: [], next: undefined };
  const page = await readPage(knex, { position, limit, policy });
  const last = page.at(-1);
  return {
    items: page.filter(({ loose }) => loose).map(({ name: repository, digest }) => ({ repository, digest })),
    next: last !== undefined && page.length === limit ? { stage: 'manifests', after: [last.id, 0] } : undefined,
  };
}

/** Each goes by a transaction of its own, into the trash: what a policy took may come back. Those of deleted repositories are the trash's. */
export async function sweepManifests(knex: Knex, { position, limit, policy }: SweepRequest): Promise<SweptPage> {
  const links = { stage: 'links', after: [0, 0] } as const;
  if (!policy.deleteUntagged) return { next: links, queued: 0, manifests: [] };
  const grace = graceBindings(policy);
  const page = await readPage(knex, { position, limit, policy });
  const gone: UntaggedManifest[] = [];
  for (const manifest of page) {
    const removed = manifest.loose ? await removeLoose(knex, manifest, grace) : undefined;
    if (removed !== undefined) gone.push({ repository: removed, digest: manifest.digest });
  }
  const last = page.at(-1);
  const next = last !== undefined && page.length === limit ? ({ stage: 'manifests', after: [last.id, 0] } as const) : links;
  return { next, queued: 0, manifests: gone };
}

function readPage(knex: Knex, { position, limit, policy }: SweepRequest): Promise<readonly Loose[]> {
  return rowsOf<Loose>(
    knex,
    `select m.id, m.repository_id, r.name, m.digest, r.deleted_at is null and ${LOOSE} as loose
     from manifests m join repositories r on r.id = m.repository_id where m.id > ?::bigint order by m.id limit ?`,
    [...graceBindings(policy), position.after[0], limit],
  );
}

/** The locks of a removal, then the question again. Answers the repository's name when it went. */
async function removeLoose(knex: Knex, manifest: Loose, grace: readonly number[]): Promise<RepositoryName | undefined> {
  return inTransaction(knex, async (transaction) => {
    const repositories = await rowsOf<{ id: number; project_id: number; name: RepositoryName }>(
      transaction,
      'select id, project_id, name from repositories where id = ? and deleted_at is null for key share',
      [manifest.repository_id],
    );
    const contents = await rowsOf<{ id: number }>(transaction, 'select id from manifest_contents where digest = ? for update', [
      manifest.digest,
    ]);
    const locked = await rowsOf(transaction, 'select 1 from manifests where id = ? for update', [manifest.id]);
    const [repository, content] = [repositories[0], contents[0]];
    if (repository === undefined || content === undefined || locked.length === 0) return undefined;
    const still = await rowsOf(transaction, `select 1 from manifests m where m.id = ? and ${LOOSE}`, [manifest.id, ...grace]);
    if (still.length === 0) return undefined;
    await dropManifest(transaction, {
      contentId: content.id,
      manifestId: manifest.id,
      repository,
      removal: { digest: manifest.digest, actor: COLLECTOR },
    });
    return repository.name;
  });
}

/** Seconds since the push, the last pull, and the loss of a tag. */
export function graceBindings({ untaggedGraceSeconds: grace, keepPulledDays }: GarbagePolicy): readonly [number, number, number] {
  return [grace, Math.max(grace, keepPulledDays * DAY_SECONDS), grace];
}
