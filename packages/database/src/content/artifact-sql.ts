/**
 * A manifest with everything it references, bytes: its own, its blobs, and of an index those of its children. `m` is an alias. What need not
 * be here has the size that the manifest says: the sum ends where a number of JavaScript is still exact, or one manifest would spoil its lists.
 */
export function totalSize(m: string): string {
  return `least(${m}.size + coalesce((
    select sum(f.size + coalesce((select sum(g.size) from manifest_references g where g.manifest_id = f.child_id), 0))
    from manifest_references f where f.manifest_id = ${m}.id), 0), ${Number.MAX_SAFE_INTEGER})::bigint`;
}

/**
 * Of the tag `c`, or of what it points at, `w`, whatever was later: docker and containerd ask for a tag by HEAD only, and fetch by digest, so that
 * most pulls leave their trace there alone. Without one, null.
 */
export const LAST_PULL = 'greatest(c.pulled_at, w.pulled_at)';

/** A tag points at it. */
export function isTagged(m: string): string {
  return `exists (select 1 from tags t where t.repository_id = ${m}.repository_id and t.manifest_id = ${m}.id)`;
}

/**
 * Stands by itself: no accessory of a manifest that is here (by its subject or by a tag of cosign's convention), and tagged or no child of an
 * index. Asked row by row: for some rows each of many repositories.
 */
export function standsAlone(m: string): string {
  return `(${m}.subject_digest is null or not exists (
      select 1 from manifests s where s.repository_id = ${m}.repository_id and s.digest = ${m}.subject_digest))
    and not exists (
      select 1 from tags a join manifests s on s.repository_id = a.repository_id and s.digest = a.accessory_of
      where a.repository_id = ${m}.repository_id and a.manifest_id = ${m}.id and a.accessory_of is not null)
    and (${isTagged(m)} or not exists (
      select 1 from manifest_references f where f.repository_id = ${m}.repository_id and f.child_id = ${m}.id))`;
}

/**
 * Ids of the manifests that do not stand alone in repositories whose id is `here` (SQL that follows the column), each once. Found by indexes
 * that hold nothing else, so that it costs as much as there are signatures and children, not as much as there are manifests and tags.
 */
function foldedAway(here: string): string {
  return `select a.id from manifests a where a.repository_id ${here} and a.subject_digest is not null
      and exists (select 1 from manifests s where s.repository_id = a.repository_id and s.digest = a.subject_digest)
    union
    select a.manifest_id from tags a join manifests s on s.repository_id = a.repository_id and s.digest = a.accessory_of
      where a.repository_id ${here} and a.accessory_of is not null
    union
    select f.child_id from manifest_references f where f.repository_id ${here} and f.child_id is not null
      and not exists (select 1 from tags t where t.repository_id = f.repository_id and t.manifest_id = f.child_id)`;
}

/** {@link standsAlone} for the rows of one repository or project. */
export function standsAloneIn(m: string, where: { readonly repositoryId: number } | { readonly projectId: number }): string {
  const [id, here] =
    'repositoryId' in where
      ? [where.repositoryId, `= ${where.repositoryId}`]
      : [where.projectId, `in (select x.id from repositories x where x.project_id = ${where.projectId} and x.deleted_at is null)`];
  if (!Number.isSafeInteger(id)) throw new RangeError('An id is a whole number.');
  return `${m}.id not in (${foldedAway(here)})`;
}

/** How many artifacts of a repository stand alone. `r` is an alias. */
export function artifactCount(r: string): string {
  return `((select count(*) from manifests m where m.repository_id = ${r}.id)
    - (select count(*) from (${foldedAway(`= ${r}.id`)}) folded))`;
}

/** Harbor's word for what an artifact is; see artifactType() of the registry, which must agree. */
export function harborType(m: string): string {
  return `case
    when ${m}.media_type in ('application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json')
      and ${m}.artifact_type is null then 'IMAGE'
    when ${m}.artifact_type in ('application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json') then 'IMAGE'
    when ${m}.artifact_type = 'application/vnd.cncf.helm.config.v1+json' then 'CHART'
    else upper(coalesce(substring(${m}.artifact_type from '^application/vnd\\.[^.]+\\.(.+)\\.config\\.[^.]+$'), 'UNKNOWN')) end`;
}
