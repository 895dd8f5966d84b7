import { sqlMigration } from './named-migration.ts';

/**
 * What a project no longer holds is counted out in one pass by the keys of the links that went. Before, the rows that fell to zero were looked
 * for by `links <= 0` alone: Postgres expected one, found as many as the statement had links, and compared each with each, so that half of the
 * time of collection went there.
 */
export const unlinkedBlobs = sqlMigration('0275_unlinked_blobs', {
  up: `
create or replace function count_unlinked_blobs() returns trigger language plpgsql as $body$
declare
  freed record;
begin
  perform 1 from project_blobs p
    where (p.project_id, p.blob_id) in (
      select r.project_id, c.blob_id from changed c join repositories r on r.id = c.repository_id and r.quota_counted)
    order by p.project_id, p.blob_id for update;
  for freed in
    with delta as (
      select r.project_id, c.blob_id, count(*) as links
      from changed c join repositories r on r.id = c.repository_id and r.quota_counted group by r.project_id, c.blob_id),
    kept as (
      update project_blobs p set links = p.links - d.links from delta d
      where p.project_id = d.project_id and p.blob_id = d.blob_id and p.links > d.links),
    gone as (
      delete from project_blobs p using delta d
      where p.project_id = d.project_id and p.blob_id = d.blob_id and p.links <= d.links
      returning p.project_id, p.size)
    select project_id, sum(size)::bigint as bytes from gone group by project_id order by project_id
  loop
    perform charge_project(freed.project_id, -freed.bytes);
  end loop;
  return null;
end $body$;
`,
  down: `
create or replace function count_unlinked_blobs() returns trigger language plpgsql as $body$
declare
  freed record;
begin
  perform 1 from project_blobs p
    where (p.project_id, p.blob_id) in (
      select r.project_id, c.blob_id from changed c join repositories r on r.id = c.repository_id and r.quota_counted)
    order by p.project_id, p.blob_id for update;
  update project_blobs p set links = p.links - delta.links
  from (select r.project_id, c.blob_id, count(*) as links
        from changed c join repositories r on r.id = c.repository_id and r.quota_counted group by r.project_id, c.blob_id) as delta
  where p.project_id = delta.project_id and p.blob_id = delta.blob_id;
  for freed in
    with gone as (
      delete from project_blobs p
      using (select distinct r.project_id, c.blob_id from changed c join repositories r on r.id = c.repository_id and r.quota_counted) as d
      where p.project_id = d.project_id and p.blob_id = d.blob_id and p.links <= 0
      returning p.project_id, p.size)
    select project_id, sum(size)::bigint as bytes from gone group by project_id order by project_id
  loop
    perform charge_project(freed.project_id, -freed.bytes);
  end loop;
  return null;
end $body$;
`,
});
