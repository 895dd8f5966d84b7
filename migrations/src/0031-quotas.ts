import { sqlMigration } from './named-migration.ts';

/**
 * Quotas. A trigger counts each blob once per project, whoever links or unlinks it: `project_blobs` has how many repositories of the project
 * hold it, and its size, so that the sum can be taken back when the blob's own row is gone. The quota row is locked last (law 4), by the last
 * statement of a push; what would go over it is refused with SQLSTATE BQ001. `hard_bytes` -1 is no limit. `project_events` tells of a quota
 * that fills up and of refusals.
 */
export const quotas = sqlMigration('0031_quotas', {
  up: `
create table project_blobs (
  project_id bigint not null references projects (id),
  blob_id bigint not null,
  size bigint not null,
  links bigint not null,
  primary key (project_id, blob_id)
);
create index project_blobs_blob on project_blobs (blob_id);

create table project_quotas (
  project_id bigint primary key references projects (id),
  hard_bytes bigint not null default -1,
  used_bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint project_quotas_hard check (hard_bytes = -1 or hard_bytes > 0)
) with (fillfactor = 50);

create table project_events (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  project_id bigint not null references projects (id),
  detail jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint project_events_kind_length check (char_length(kind) between 1 and 64)
);
create index project_events_project on project_events (project_id, id);
create index project_events_created on project_events (created_at);

insert into project_blobs (project_id, blob_id, size, links)
select r.project_id, l.blob_id, b.size, count(*)
from repository_blobs l join repositories r on r.id = l.repository_id join blobs b on b.id = l.blob_id
group by r.project_id, l.blob_id, b.size;
insert into project_quotas (project_id, used_bytes)
select p.id, coalesce((select sum(b.size) from project_blobs b where b.project_id = p.id), 0) from projects p;

create function make_project_quota() returns trigger language plpgsql as $body$
begin
  insert into project_quotas (project_id, hard_bytes)
  values (new.id, coalesce((select nullif((value->>'storage_per_project')::bigint, 0) from settings where name = 'system'), -1))
  on conflict (project_id) do nothing;
  return null;
end $body$;
create trigger projects_make_quota after insert on projects for each row execute function make_project_quota();

create function charge_project(charged_project bigint, bytes bigint) returns void language plpgsql as $body$
declare
  quota record;
begin
  if bytes = 0 then return; end if;
  update project_quotas set used_bytes = used_bytes + bytes, updated_at = now() where project_id = charged_project
  returning used_bytes, hard_bytes into quota;
  if bytes < 0 or quota.hard_bytes is null or quota.hard_bytes < 0 then return; end if;
  if quota.used_bytes > quota.hard_bytes
    and coalesce((select (value->>'quota_per_project_enable')::boolean from settings where name = 'system'), true) then
    raise exception 'The quota of the project is full.' using errcode = 'BQ001',
      detail = json_build_object('projectId', charged_project, 'used', quota.used_bytes - bytes, 'hard', quota.hard_bytes, 'needed', bytes)::text;
  end if;
  if quota.used_bytes >= quota.hard_bytes * 0.85 and quota.used_bytes - bytes < quota.hard_bytes * 0.85 then
    insert into project_events (kind, project_id, detail)
    values ('quota warning', charged_project, jsonb_build_object('used', quota.used_bytes, 'hard', quota.hard_bytes));
  end if;
end $body$;

create function count_linked_blobs() returns trigger language plpgsql as $body$
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
create trigger repository_blobs_linked after insert on repository_blobs
  referencing new table as changed for each statement execute function count_linked_blobs();

create function count_unlinked_blobs() returns trigger language plpgsql as $body$
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
create trigger repository_blobs_unlinked after delete on repository_blobs
  referencing old table as changed for each statement execute function count_unlinked_blobs();
`,
  down: `
drop trigger repository_blobs_unlinked on repository_blobs;
drop trigger repository_blobs_linked on repository_blobs;
drop trigger projects_make_quota on projects;
drop function count_unlinked_blobs();
drop function count_linked_blobs();
drop function charge_project(bigint, bigint);
drop function make_project_quota();
drop table project_events;
drop table project_quotas;
drop table project_blobs;
`,
});
