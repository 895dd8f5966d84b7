import { sqlMigration } from './named-migration.ts';

/**
 * What lists of repositories, artifacts and tags show and sort by. `version_key` orders versions by their numbers (1.9 before 1.10, 2.0-rc.1
 * before 2.0); null where the tag is no version. `accessory_of` is the digest that cosign's tag convention (sha256-<hex>.sig) names.
 * The traffic tables are written in batches, apart from the rows that pushes lock. `manifest_facts`: what was read once out of a manifest
 * and its config, as JSON text, since jsonb refuses a NUL that JSON allows.
 */
export const contentLists = sqlMigration('0020_content_lists', {
  up: String.raw`
alter table repositories
  add column description text not null default '',
  add column updated_at timestamptz not null default now(),
  add constraint repositories_description_length check (char_length(description) <= 65536);

alter table tags
  add column id bigint generated always as identity,
  add column version_key text collate "C" generated always as (
    case when name ~ '^[vV]{0,1}[0-9]{1,12}(\.[0-9]{1,12}){0,3}([-+_.].*){0,1}$'
           or name ~ '^[vV]{0,1}[0-9]{1,12}(\.[0-9]{1,12}){1,3}[a-zA-Z].*$'
    then lpad(substring(name from '^[vV]{0,1}([0-9]{1,12})'), 12, '0')
      || lpad(coalesce(substring(name from '^[vV]{0,1}[0-9]{1,12}\.([0-9]{1,12})'), '0'), 12, '0')
      || lpad(coalesce(substring(name from '^[vV]{0,1}[0-9]{1,12}\.[0-9]{1,12}\.([0-9]{1,12})'), '0'), 12, '0')
      || lpad(coalesce(substring(name from '^[vV]{0,1}[0-9]{1,12}\.[0-9]{1,12}\.[0-9]{1,12}\.([0-9]{1,12})'), '0'), 12, '0')
      || case when name ~ '^[vV]{0,1}[0-9.]+(\+.*){0,1}$' then '~'
         else regexp_replace(
           regexp_replace(regexp_replace(name, '^[vV]{0,1}[0-9]{1,12}(\.[0-9]{1,12}){0,3}', ''), '([0-9]+)', '000000000000\1', 'g'),
           '0*([0-9]{12})([^0-9]|$)', '\1\2', 'g') end
    end) stored,
  add column accessory_of text collate "C" generated always as (
    case when name ~ '^sha256-[a-f0-9]{64}\.(sig|att|sbom)$' then 'sha256:' || substr(name, 8, 64) end) stored;
create index tags_by_time on tags (repository_id, moved_at, name);
create index tags_by_version on tags (repository_id, version_key, name);
create index tags_accessories on tags (repository_id, accessory_of) where accessory_of is not null;
create index manifests_by_time on manifests (repository_id, pushed_at, id);

create table repository_traffic (
  repository_id bigint primary key references repositories (id),
  pull_count bigint not null default 0,
  push_count bigint not null default 0,
  pulled_at timestamptz,
  pushed_at timestamptz
);
create table manifest_traffic (
  manifest_id bigint primary key references manifests (id) on delete cascade,
  pull_count bigint not null default 0,
  pulled_at timestamptz not null
);
create table tag_traffic (
  repository_id bigint not null references repositories (id),
  tag text collate "C" not null,
  pull_count bigint not null default 0,
  pulled_at timestamptz not null,
  primary key (repository_id, tag)
);

create table manifest_facts (
  content_id bigint primary key references manifest_contents (id) on delete cascade,
  facts text not null,
  read_at timestamptz not null default now(),
  constraint manifest_facts_size check (octet_length(facts) <= 262144)
);
`,
  down: `
drop table manifest_facts;
drop table tag_traffic;
drop table manifest_traffic;
drop table repository_traffic;
drop index manifests_by_time;
drop index tags_accessories;
drop index tags_by_version;
drop index tags_by_time;
alter table tags drop column accessory_of, drop column version_key, drop column id;
alter table repositories drop column updated_at, drop column description;
`,
});
