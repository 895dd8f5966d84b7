import {
  ImmutableTagError,
  ManifestPinnedError,
  type ActorKey,
  type JudgedArtifact,
  type RetentionCandidate,
  type RetentionRemoval,
} from '@berth/registry';
import type { Knex } from 'knex';
import { deleteArtifact } from '../content/artifact-removal.ts';
import { standsAloneIn } from '../content/artifact-sql.ts';
import { PINNED } from '../registry/pinned-check.ts';
import { plannedRowsOf, rowsOf } from '../transactions.ts';

interface CandidateRow {
  readonly id: number;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  readonly pushed_at: Date;
  readonly pulled_at: Date | null;
  readonly pinned: boolean;
}

const ACTOR = 'system:retention' as ActorKey;
const PAGE = 5_000;

/** In pages by id, so that no statement holds a whole large repository. Rows that come while it reads are not looked at: they are new. */
export async function readCandidates(
  knex: Knex,
  repositoryId: number,
): Promise<{ readonly items: readonly RetentionCandidate[]; readonly at: Date }> {
  const moments = await rowsOf<{ now: Date }>(knex, 'select now() as now', []);
  const at = moments[0]?.now;
  if (at === undefined) throw new Error('The database has no clock.');
  const items: RetentionCandidate[] = [];
  for (let after = 0; ; ) {
    const page: readonly CandidateRow[] = await plannedRowsOf<CandidateRow>(
      knex,
      `select m.id, m.digest, m.pushed_at, w.pulled_at, ${PINNED} as pinned,
         array(select t.name from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id and t.accessory_of is null
           order by t.name) as tags,
         array(select l.name from manifest_labels x join labels l on l.id = x.label_id where x.manifest_id = m.id) as labels
       from manifests m left join manifest_traffic w on w.manifest_id = m.id
       where m.repository_id = ? and m.id > ? and m.pushed_at <= ? and ${standsAloneIn('m', { repositoryId })}
       order by m.id limit ${PAGE}`,
      [repositoryId, after, at],
    );
    for (const { digest, tags, labels, pushed_at: pushedAt, pulled_at: pulledAt, pinned } of page)
      items.push({ digest, tags, labels, pushedAt, pulledAt: pulledAt ?? undefined, pinned });
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return { items, at };
    after = last.id;
  }
}

/** What was pushed, pulled or tagged since it was judged stays: the next run judges it again. */
export async function removeJudged(knex: Knex, { repository, digest, tags, judgedAt }: JudgedArtifact): Promise<RetentionRemoval> {
  const unchanged = async (transaction: Knex, manifestId: number): Promise<boolean> => {
    const rows = await rowsOf<{ unchanged: boolean }>(
      transaction,
      `select m.pushed_at <= ?::timestamptz
         and not exists (select 1 from manifest_traffic w where w.manifest_id = m.id and w.pulled_at > ?::timestamptz)
         and array(select t.name from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id and t.accessory_of is null
           order by t.name) = ?::text[] as unchanged
       from manifests m where m.id = ?`,
      [judgedAt, judgedAt, tags, manifestId],
    );
    return rows[0]?.unchanged === true;
  };
  try {
    return await deleteArtifact(knex, { repository, digest, actor: ACTOR, unchanged });
  } catch (error) {
    if (error instanceof ImmutableTagError) return 'immutable';
    if (error instanceof ManifestPinnedError) return 'pinned';
    throw error;
  }
}
