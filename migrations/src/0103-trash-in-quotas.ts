import { sqlMigration } from './named-migration.ts';

/**
 * Whether the trash counts in quotas: a setting (`trash_counts_in_quota`), off unless it is set. A repository is deleted whole, with its links;
 * `quota_counted` remembers how it was then, so that a change of the setting never makes two counts of one thing. Restoring counts again, and
 * is refused where the quota is full. Deleted artifacts count as long as their links are there, which collection keeps while the setting is on.
 */
export const trashInQuotas = sqlMigration('0103_trash_in_quotas', {
  up: `
alter table repositories add column quota_counted boolean not null default true;

create function trash_counts() returns boolean language sql stable as $body$
  select coalesce((select (value->>'trash_counts_in_quota')::boolean from settings where name = 'system'), false)
$body$;

create function mark_trash_in_quota() returns trigger language plpgsql as $body$
begin
  new.quota_counted := new.deleted_at is null or trash_counts();
  return new;
end $body$;
create trigger repositories_mark_trash before update of deleted_at on repositories
  for each row when (old.deleted_at is distinct from new.deleted_at) execute function mark_trash_in_quota();

create function count_repository() returns trigger language plpgsql as $body$
declare
  bytes bigint;
begin
  perform 1 from project_blobs p where p.project_id = new.project_id
    and p.blob_id in (select l.blob_id from repository_blobs l where l.repository_id = new.id) order by p.blob_id for update;
  if new.quota_counted then
    with counted as (
      insert into project_blobs as p (project_id, blob_id, size, links)
      select new.project_id, l.blob_id, b.size, 1 from repository_blobs l join blobs b on b.id = l.blob_id
      where l.repository_id = new.id order by l.blob_id
      on conflict (project_id, blob_id) do update set links = p.links + 1
      returning p.size, p.links)
    select coalesce(sum(size) filter (where links = 1), 0)::bigint into bytes from counted;
    perform charge_project(new.project_id, bytes);
  else
    update project_blobs p set links = p.links - 1 from repository_blobs l
    where l.repository_id = new.id and p.project_id = new.project_id and p.blob_id = l.blob_id;
    with gone as (
      delete from project_blobs p using repository_blobs l
      where l.repository_id = new.id and p.project_id = new.project_id and p.blob_id = l.blob_id and p.links <= 0
      returning p.size)
    select coalesce(sum(size), 0)::bigint into bytes from gone;
    perform charge_project(new.project_id, -bytes);
  end if;
  return null;
end $body$;
create trigger repositories_count_trash after update of deleted_at on repositories
  for each row when (old.quota_counted is distinct from new.quota_counted) execute function count_repository();

create or replace function count_linked_blobs() returns trigger language plpgsql as $body$
declare
  grown record;
begin
  for grown in
    with delta as (
      select r.project_id, c.blob_id, b.size, count(*) as links
      from changed c join repositories r on r.id = c.repository_id and r.quota_counted join blobs b on b.id = c.blob_id
      group by r.project_id, c.blob_id, b.size order by r.project_id, c.blob_id),
    counted as (
      insert into project_blobs as p (project_id, blob_id, size, links)
      select project_id, blob_id, size, links from delta
      on conflict (project_id, blob_id) do update set links = p.links + excluded.links
      returning p.project_id, p.blob_id, p.links)
    select d.project_id, sum(d.size)::bigint as bytes
    from delta d join counted c on c.project_id = d.project_id and c.blob_id = d.blob_id and c.links = d.links
    group by d.project_id order by d.project_id
  loop
    perform charge_project(grown.project_id, grown.bytes);
  end loop;
  return null;
end $body$;

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
  down: `
drop trigger repositories_count_trash on repositories;
drop trigger repositories_mark_trash on repositories;
drop function count_repository();
drop function mark_trash_in_quota();
create or replace function count_linked_blobs() returns trigger language plpgsql as $body$
declare
  grown record;
begin
  for grown in
    with delta as (
      select r.project_id, c.blob_id, b.size, count(*) as links
      from changed c join repositories r on r.id = c.repository_id join blobs b on b.id = c.blob_id
      group by r.project_id, c.blob_id, b.size order by r.project_id, c.blob_id),
    counted as (
      insert into project_blobs as p (project_id, blob_id, size, links)
      select project_id, blob_id, size, links from delta
      on conflict (project_id, blob_id) do update set links = p.links + excluded.links
      returning p.project_id, p.blob_id, p.links)
    select d.project_id, sum(d.size)::bigint as bytes
    from delta d join counted c on c.project_id = d.project_id and c.blob_id = d.blob_id and c.links = d.links
    group by d.project_id order by d.project_id
  loop
    perform charge_project(grown.project_id, grown.bytes);
  end loop;
  return null;
end $body$;
create or replace function count_unlinked_blobs() returns trigger language plpgsql as $body$
declare
  freed record;
begin
  perform 1 from project_blobs p
    where (p.project_id, p.blob_id) in (select r.project_id, c.blob_id from changed c join repositories r on r.id = c.repository_id)
    order by p.project_id, p.blob_id for update;
  update project_blobs p set links = p.links - delta.links
  from (select r.project_id, c.blob_id, count(*) as links from changed c join repositories r on r.id = c.repository_id
        group by r.project_id, c.blob_id) as delta
  where p.project_id = delta.project_id and p.blob_id = delta.blob_id;
  for freed in
    with gone as (
      delete from project_blobs p using (select distinct r.project_id, c.blob_id from changed c join repositories r on r.id = c.repository_id) as d
      where p.project_id = d.project_id and p.blob_id = d.blob_id and p.links <= 0
      returning p.project_id, p.size)
    select project_id, sum(size)::bigint as bytes from gone group by project_id order by project_id
  loop
    perform charge_project(freed.project_id, -freed.bytes);
  end loop;
  return null;
end $body$;
drop function trash_counts();
alter table repositories drop column quota_counted;
`,
});
