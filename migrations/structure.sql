CREATE SEQUENCE public.roles_own_ids AS smallint START 100 INCREMENT 1;

CREATE TABLE public.access_tokens (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  user_id bigint NOT NULL,
  name text NOT NULL,
  secret_hash text COLLATE "C" NOT NULL,
  narrowed boolean DEFAULT false NOT NULL,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT access_tokens_pkey PRIMARY KEY (id),
  CONSTRAINT access_tokens_name UNIQUE (user_id, name),
  CONSTRAINT access_tokens_secret_hash_key UNIQUE (secret_hash),
  CONSTRAINT access_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  CONSTRAINT access_tokens_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);

CREATE TABLE public.account_events (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  project_id bigint,
  detail jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT account_events_pkey PRIMARY KEY (id),
  CONSTRAINT account_events_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT account_events_account_length CHECK (((char_length(account) >= 1) AND (char_length(account) <= 64))),
  CONSTRAINT account_events_kind_length CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 64)))
);
CREATE INDEX account_events_created ON public.account_events USING btree (created_at);
CREATE INDEX account_events_project ON public.account_events USING btree (project_id);

CREATE TABLE public.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  actor text COLLATE "C" NOT NULL,
  username text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  project_id bigint,
  resource_type text COLLATE "C" NOT NULL,
  resource text COLLATE "C" NOT NULL,
  operation text COLLATE "C" NOT NULL,
  description text NOT NULL,
  successful boolean NOT NULL,
  status integer NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  CONSTRAINT audit_log_pkey PRIMARY KEY (id),
  CONSTRAINT audit_log_limits CHECK (((char_length(resource) <= 1024) AND (char_length(description) <= 2048) AND (char_length(username) <= 512)))
);
CREATE INDEX audit_log_occurred ON public.audit_log USING btree (occurred_at);
CREATE INDEX audit_log_project ON public.audit_log USING btree (project_id, id);
CREATE INDEX audit_log_username ON public.audit_log USING btree (username, id);

CREATE TABLE public.audit_seals (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  first_id bigint NOT NULL,
  last_id bigint NOT NULL,
  row_count bigint NOT NULL,
  content_hash text COLLATE "C" NOT NULL,
  previous_hash text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  last_at timestamp with time zone,
  sealed_at timestamp with time zone DEFAULT now() NOT NULL,
  purged_at timestamp with time zone,
  CONSTRAINT audit_seals_pkey PRIMARY KEY (id),
  CONSTRAINT audit_seals_first_id_key UNIQUE (first_id),
  CONSTRAINT audit_seals_hash_key UNIQUE (hash),
  CONSTRAINT audit_seals_last_id_key UNIQUE (last_id),
  CONSTRAINT audit_seals_range CHECK ((first_id <= last_id))
);

CREATE TABLE public.backup_runs (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  place text NOT NULL,
  backup text COLLATE "C" NOT NULL,
  status text COLLATE "C" DEFAULT 'Running'::text NOT NULL,
  alive_until timestamp with time zone NOT NULL,
  blobs bigint DEFAULT 0 NOT NULL,
  bytes bigint DEFAULT 0 NOT NULL,
  problem text DEFAULT ''::text NOT NULL,
  started_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT backup_runs_pkey PRIMARY KEY (id),
  CONSTRAINT backup_runs_backup_length CHECK (((char_length(backup) >= 1) AND (char_length(backup) <= 64))),
  CONSTRAINT backup_runs_place_length CHECK (((char_length(place) >= 1) AND (char_length(place) <= 2048))),
  CONSTRAINT backup_runs_status CHECK ((status = ANY (ARRAY['Running'::text, 'Success'::text, 'Error'::text])))
);
CREATE INDEX backup_runs_running ON public.backup_runs USING btree (alive_until) WHERE (status = 'Running'::text);

CREATE TABLE public.berth_migrations (
  "position" integer NOT NULL,
  name text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT berth_migrations_pkey PRIMARY KEY ("position"),
  CONSTRAINT berth_migrations_name_key UNIQUE (name)
);

CREATE TABLE public.blob_deletions (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  storage_key text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  not_before timestamp with time zone NOT NULL,
  claimed_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT blob_deletions_pkey PRIMARY KEY (id)
);
CREATE INDEX blob_deletions_due ON public.blob_deletions USING btree (not_before);

CREATE TABLE public.blobs (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  digest text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  storage_key text COLLATE "C" NOT NULL,
  state text COLLATE "C" DEFAULT 'live'::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT blobs_pkey PRIMARY KEY (id),
  CONSTRAINT blobs_digest_key UNIQUE (digest),
  CONSTRAINT blobs_storage_key_key UNIQUE (storage_key),
  CONSTRAINT blobs_digest_shape CHECK ((digest ~ '^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'::text)),
  CONSTRAINT blobs_size_positive CHECK ((size >= 0)),
  CONSTRAINT blobs_state_known CHECK ((state = ANY (ARRAY['live'::text, 'quarantined'::text])))
);

CREATE TABLE public.daily_marks (
  repository_id bigint NOT NULL,
  pulls bigint DEFAULT 0 NOT NULL,
  pushes bigint DEFAULT 0 NOT NULL,
  pulled_bytes bigint DEFAULT 0 NOT NULL,
  pushed_bytes bigint DEFAULT 0 NOT NULL,
  CONSTRAINT daily_marks_pkey PRIMARY KEY (repository_id),
  CONSTRAINT daily_marks_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id) ON DELETE CASCADE
);

CREATE TABLE public.daily_numbers (
  measure text COLLATE "C" NOT NULL,
  day date NOT NULL,
  subject bigint NOT NULL,
  value bigint NOT NULL,
  CONSTRAINT daily_numbers_pkey PRIMARY KEY (measure, day, subject)
);
CREATE INDEX daily_numbers_subject ON public.daily_numbers USING btree (measure, subject, day);

CREATE TABLE public.events (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
  kind text COLLATE "C" NOT NULL,
  project_id bigint NOT NULL,
  repository_id bigint NOT NULL,
  digest text COLLATE "C",
  tag text COLLATE "C",
  actor text COLLATE "C" NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (id),
  CONSTRAINT events_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT events_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id)
);
CREATE INDEX events_created ON public.events USING btree (created_at);
CREATE INDEX events_order ON public.events USING btree (transaction_id, id);
CREATE INDEX events_project ON public.events USING btree (project_id);
CREATE INDEX events_repository ON public.events USING btree (repository_id);

CREATE TABLE public.failure_counters (
  key text COLLATE "C" NOT NULL,
  failures integer NOT NULL,
  window_ends timestamp with time zone NOT NULL,
  CONSTRAINT failure_counters_pkey PRIMARY KEY (key),
  CONSTRAINT failure_counters_key_length CHECK (((char_length(key) >= 1) AND (char_length(key) <= 512)))
) UNLOGGED;
CREATE INDEX failure_counters_ends ON public.failure_counters USING btree (window_ends);

CREATE TABLE public.garbage_candidates (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  blob_id bigint NOT NULL,
  not_before timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT garbage_candidates_pkey PRIMARY KEY (id)
);
CREATE INDEX garbage_candidates_blob ON public.garbage_candidates USING btree (blob_id);
CREATE INDEX garbage_candidates_due ON public.garbage_candidates USING btree (not_before, id);

CREATE TABLE public.garbage_run_lines (
  run_id bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  lines text STORAGE external NOT NULL,
  CONSTRAINT garbage_run_lines_pkey PRIMARY KEY (run_id, id),
  CONSTRAINT garbage_run_lines_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.garbage_runs(id) ON DELETE CASCADE
);

CREATE TABLE public.garbage_runs (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind text COLLATE "C" NOT NULL,
  parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
  actor text COLLATE "C" NOT NULL,
  status text COLLATE "C" DEFAULT 'Pending'::text NOT NULL,
  stop_wanted boolean DEFAULT false NOT NULL,
  alive_at timestamp with time zone,
  links bigint DEFAULT 0 NOT NULL,
  blobs bigint DEFAULT 0 NOT NULL,
  bytes bigint DEFAULT 0 NOT NULL,
  manifests bigint DEFAULT 0 NOT NULL,
  log text DEFAULT ''::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  lines_length bigint DEFAULT 0 NOT NULL,
  CONSTRAINT garbage_runs_pkey PRIMARY KEY (id),
  CONSTRAINT garbage_runs_kind CHECK ((kind = ANY (ARRAY['Manual'::text, 'Schedule'::text]))),
  CONSTRAINT garbage_runs_log_size CHECK ((octet_length(log) <= 4194304)),
  CONSTRAINT garbage_runs_status CHECK ((status = ANY (ARRAY['Pending'::text, 'Running'::text, 'Success'::text, 'Error'::text, 'Stopped'::text])))
);
CREATE INDEX garbage_runs_updated ON public.garbage_runs USING btree (updated_at);
CREATE INDEX garbage_runs_waiting ON public.garbage_runs USING btree (id) WHERE (status = ANY (ARRAY['Pending'::text, 'Running'::text]));

CREATE TABLE public.immutable_rules (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id bigint NOT NULL,
  priority integer DEFAULT 0 NOT NULL,
  disabled boolean DEFAULT false NOT NULL,
  rule jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT immutable_rules_pkey PRIMARY KEY (id),
  CONSTRAINT immutable_rules_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id)
);
CREATE UNIQUE INDEX immutable_rules_once ON public.immutable_rules USING btree (project_id, md5((rule)::text));

CREATE TABLE public.job_days (
  day date NOT NULL,
  job text COLLATE "C" NOT NULL,
  runs bigint DEFAULT 0 NOT NULL,
  failures bigint DEFAULT 0 NOT NULL,
  seconds double precision DEFAULT 0 NOT NULL,
  longest double precision DEFAULT 0 NOT NULL,
  CONSTRAINT job_days_pkey PRIMARY KEY (day, job)
);

CREATE TABLE public.job_states (
  job text COLLATE "C" NOT NULL,
  schedule text NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  seconds double precision,
  problem text DEFAULT ''::text NOT NULL,
  failing_since timestamp with time zone,
  runs bigint DEFAULT 0 NOT NULL,
  failures bigint DEFAULT 0 NOT NULL,
  problem_reason text COLLATE "C" DEFAULT ''::text NOT NULL,
  problem_values jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT job_states_pkey PRIMARY KEY (job)
);

CREATE TABLE public.labels (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id bigint,
  name text COLLATE "C" NOT NULL,
  description text DEFAULT ''::text NOT NULL,
  color text DEFAULT ''::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT labels_pkey PRIMARY KEY (id),
  CONSTRAINT labels_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT labels_color_length CHECK ((char_length(color) <= 16)),
  CONSTRAINT labels_description_length CHECK ((char_length(description) <= 1024)),
  CONSTRAINT labels_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 128)))
);
CREATE UNIQUE INDEX labels_once ON public.labels USING btree (COALESCE(project_id, (0)::bigint), name);
CREATE INDEX labels_project ON public.labels USING btree (project_id);

CREATE TABLE public.layer_directories (
  blob_id bigint NOT NULL,
  path text COLLATE "C" NOT NULL,
  chunk integer NOT NULL,
  opaque boolean NOT NULL,
  first_name text COLLATE "C" NOT NULL,
  last_name text COLLATE "C" NOT NULL,
  names text NOT NULL,
  facts jsonb NOT NULL,
  CONSTRAINT layer_directories_pkey PRIMARY KEY (blob_id, path, chunk),
  CONSTRAINT layer_directories_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES public.layer_indexes(blob_id) ON DELETE CASCADE
);

CREATE TABLE public.layer_indexes (
  blob_id bigint NOT NULL,
  state text COLLATE "C" DEFAULT 'waiting'::text NOT NULL,
  problem text COLLATE "C" DEFAULT ''::text NOT NULL,
  read_bytes bigint DEFAULT 0 NOT NULL,
  entries bigint DEFAULT 0 NOT NULL,
  asked_at timestamp with time zone DEFAULT now() NOT NULL,
  used_at timestamp with time zone DEFAULT now() NOT NULL,
  alive_at timestamp with time zone,
  CONSTRAINT layer_indexes_pkey PRIMARY KEY (blob_id),
  CONSTRAINT layer_indexes_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES public.blobs(id) ON DELETE CASCADE,
  CONSTRAINT layer_indexes_problem_told CHECK (((state = 'unreadable'::text) = (problem <> ''::text))),
  CONSTRAINT layer_indexes_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'reading'::text, 'ready'::text, 'unreadable'::text])))
);
CREATE INDEX layer_indexes_unread ON public.layer_indexes USING btree (asked_at) WHERE (state = ANY (ARRAY['waiting'::text, 'reading'::text]));

CREATE TABLE public.listed_rights (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  robot_id bigint,
  access_token_id bigint,
  kind text COLLATE "C" NOT NULL,
  project_id bigint,
  actions text[] NOT NULL,
  CONSTRAINT listed_rights_pkey PRIMARY KEY (id),
  CONSTRAINT listed_rights_access_token_id_fkey FOREIGN KEY (access_token_id) REFERENCES public.access_tokens(id) ON DELETE CASCADE,
  CONSTRAINT listed_rights_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT listed_rights_robot_id_fkey FOREIGN KEY (robot_id) REFERENCES public.robots(id) ON DELETE CASCADE,
  CONSTRAINT listed_rights_holder CHECK ((num_nonnulls(robot_id, access_token_id) = 1)),
  CONSTRAINT listed_rights_kind CHECK ((kind = ANY (ARRAY['system'::text, 'project'::text, 'every project'::text]))),
  CONSTRAINT listed_rights_project CHECK (((kind = 'project'::text) = (project_id IS NOT NULL))),
  CONSTRAINT listed_rights_size CHECK (((cardinality(actions) >= 1) AND (cardinality(actions) <= 200)))
);
CREATE INDEX listed_rights_access_token ON public.listed_rights USING btree (access_token_id);
CREATE INDEX listed_rights_project_id ON public.listed_rights USING btree (project_id);
CREATE INDEX listed_rights_robot ON public.listed_rights USING btree (robot_id);

CREATE TABLE public.manifest_contents (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  digest text COLLATE "C" NOT NULL,
  bytes bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT manifest_contents_pkey PRIMARY KEY (id),
  CONSTRAINT manifest_contents_digest_key UNIQUE (digest),
  CONSTRAINT manifest_contents_digest_shape CHECK ((digest ~ '^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'::text)),
  CONSTRAINT manifest_contents_size CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 4194304)))
);

CREATE TABLE public.manifest_facts (
  content_id bigint NOT NULL,
  facts text NOT NULL,
  read_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT manifest_facts_pkey PRIMARY KEY (content_id),
  CONSTRAINT manifest_facts_content_id_fkey FOREIGN KEY (content_id) REFERENCES public.manifest_contents(id) ON DELETE CASCADE,
  CONSTRAINT manifest_facts_size CHECK ((octet_length(facts) <= 262144))
);

CREATE TABLE public.manifest_labels (
  manifest_id bigint NOT NULL,
  label_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT manifest_labels_pkey PRIMARY KEY (manifest_id, label_id),
  CONSTRAINT manifest_labels_label_id_fkey FOREIGN KEY (label_id) REFERENCES public.labels(id) ON DELETE CASCADE,
  CONSTRAINT manifest_labels_manifest_id_fkey FOREIGN KEY (manifest_id) REFERENCES public.manifests(id) ON DELETE CASCADE
);
CREATE INDEX manifest_labels_label ON public.manifest_labels USING btree (label_id);

CREATE TABLE public.manifest_pins (
  manifest_id bigint NOT NULL,
  reason text DEFAULT ''::text NOT NULL,
  pinned_by text COLLATE "C" NOT NULL,
  pinned_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT manifest_pins_pkey PRIMARY KEY (manifest_id),
  CONSTRAINT manifest_pins_manifest_id_fkey FOREIGN KEY (manifest_id) REFERENCES public.manifests(id),
  CONSTRAINT manifest_pins_reason_length CHECK ((char_length(reason) <= 255))
);

CREATE TABLE public.manifest_references (
  manifest_id bigint NOT NULL,
  "position" integer NOT NULL,
  repository_id bigint NOT NULL,
  role text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  blob_id bigint,
  child_id bigint,
  digest text COLLATE "C",
  CONSTRAINT manifest_references_pkey PRIMARY KEY (manifest_id, "position"),
  CONSTRAINT manifest_references_blob FOREIGN KEY (repository_id, blob_id) REFERENCES public.repository_blobs(repository_id, blob_id),
  CONSTRAINT manifest_references_child FOREIGN KEY (repository_id, child_id) REFERENCES public.manifests(repository_id, id),
  CONSTRAINT manifest_references_manifest FOREIGN KEY (repository_id, manifest_id) REFERENCES public.manifests(repository_id, id) ON DELETE CASCADE,
  CONSTRAINT manifest_references_resolved CHECK (((digest IS NULL) = ((blob_id IS NOT NULL) OR (child_id IS NOT NULL)))),
  CONSTRAINT manifest_references_role_known CHECK ((role = ANY (ARRAY['config'::text, 'layer'::text, 'child'::text, 'other'::text])))
);
CREATE INDEX manifest_references_by_blob ON public.manifest_references USING btree (repository_id, blob_id) WHERE (blob_id IS NOT NULL);
CREATE INDEX manifest_references_by_child ON public.manifest_references USING btree (repository_id, child_id) WHERE (child_id IS NOT NULL);
CREATE INDEX manifest_references_unresolved ON public.manifest_references USING btree (repository_id, digest) WHERE (digest IS NOT NULL);

CREATE TABLE public.manifest_traffic (
  manifest_id bigint NOT NULL,
  pull_count bigint DEFAULT 0 NOT NULL,
  pulled_at timestamp with time zone NOT NULL,
  CONSTRAINT manifest_traffic_pkey PRIMARY KEY (manifest_id),
  CONSTRAINT manifest_traffic_manifest_id_fkey FOREIGN KEY (manifest_id) REFERENCES public.manifests(id) ON DELETE CASCADE
);

CREATE TABLE public.manifests (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  repository_id bigint NOT NULL,
  content_id bigint NOT NULL,
  digest text COLLATE "C" NOT NULL,
  media_type text COLLATE "C" NOT NULL,
  size integer NOT NULL,
  artifact_type text COLLATE "C",
  subject_digest text COLLATE "C",
  annotations text,
  pushed_by text COLLATE "C" NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  pushed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT manifests_pkey PRIMARY KEY (id),
  CONSTRAINT manifests_of_repository UNIQUE (repository_id, id),
  CONSTRAINT manifests_once UNIQUE (repository_id, digest),
  CONSTRAINT manifests_content_id_fkey FOREIGN KEY (content_id) REFERENCES public.manifest_contents(id),
  CONSTRAINT manifests_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id),
  CONSTRAINT manifests_subject_shape CHECK ((subject_digest ~ '^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'::text))
);
CREATE INDEX manifests_by_time ON public.manifests USING btree (repository_id, pushed_at, id);
CREATE INDEX manifests_content ON public.manifests USING btree (content_id);
CREATE INDEX manifests_subject ON public.manifests USING btree (repository_id, subject_digest, digest) WHERE (subject_digest IS NOT NULL);

CREATE TABLE public.project_blobs (
  project_id bigint NOT NULL,
  blob_id bigint NOT NULL,
  size bigint NOT NULL,
  links bigint NOT NULL,
  CONSTRAINT project_blobs_pkey PRIMARY KEY (project_id, blob_id),
  CONSTRAINT project_blobs_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id)
);
CREATE INDEX project_blobs_blob ON public.project_blobs USING btree (blob_id);

CREATE TABLE public.project_events (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind text COLLATE "C" NOT NULL,
  project_id bigint NOT NULL,
  detail jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT project_events_pkey PRIMARY KEY (id),
  CONSTRAINT project_events_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT project_events_kind_length CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 64)))
);
CREATE INDEX project_events_created ON public.project_events USING btree (created_at);
CREATE INDEX project_events_project ON public.project_events USING btree (project_id, id);

CREATE TABLE public.project_members (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id bigint NOT NULL,
  user_id bigint,
  role_id smallint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  group_id bigint,
  repository_patterns text[],
  CONSTRAINT project_members_pkey PRIMARY KEY (id),
  CONSTRAINT project_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.user_groups(id) ON DELETE CASCADE,
  CONSTRAINT project_members_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT project_members_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id),
  CONSTRAINT project_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id),
  CONSTRAINT project_members_entity CHECK ((num_nonnulls(user_id, group_id) = 1)),
  CONSTRAINT project_members_patterns CHECK (((cardinality(repository_patterns) >= 1) AND (cardinality(repository_patterns) <= 20)))
);
CREATE INDEX project_members_group ON public.project_members USING btree (group_id);
CREATE UNIQUE INDEX project_members_group_once ON public.project_members USING btree (project_id, group_id) WHERE ((repository_patterns IS NULL) AND (group_id IS NOT NULL));
CREATE UNIQUE INDEX project_members_narrowed_once ON public.project_members USING btree (project_id, user_id, group_id, role_id) NULLS NOT DISTINCT WHERE (repository_patterns IS NOT NULL);
CREATE INDEX project_members_of_user ON public.project_members USING btree (project_id, user_id);
CREATE UNIQUE INDEX project_members_once ON public.project_members USING btree (project_id, user_id) WHERE ((repository_patterns IS NULL) AND (user_id IS NOT NULL));
CREATE INDEX project_members_role ON public.project_members USING btree (role_id);
CREATE INDEX project_members_user ON public.project_members USING btree (user_id);

CREATE TABLE public.project_metadata (
  project_id bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT project_metadata_pkey PRIMARY KEY (project_id, name),
  CONSTRAINT project_metadata_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT project_metadata_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
  CONSTRAINT project_metadata_value_length CHECK ((char_length(value) <= 1024))
);

CREATE TABLE public.project_quotas (
  project_id bigint NOT NULL,
  hard_bytes bigint DEFAULT '-1'::integer NOT NULL,
  used_bytes bigint DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT project_quotas_pkey PRIMARY KEY (project_id),
  CONSTRAINT project_quotas_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT project_quotas_hard CHECK (((hard_bytes = '-1'::integer) OR (hard_bytes > 0)))
) WITH (fillfactor=50);

CREATE TABLE public.projects (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text COLLATE "C" NOT NULL,
  public boolean DEFAULT false NOT NULL,
  owner_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT projects_pkey PRIMARY KEY (id),
  CONSTRAINT projects_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id),
  CONSTRAINT projects_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);
CREATE UNIQUE INDEX projects_name_living ON public.projects USING btree (name) WHERE (deleted_at IS NULL);
CREATE INDEX projects_owner ON public.projects USING btree (owner_id);

CREATE TABLE public.push_steps (
  repository text COLLATE "C" NOT NULL,
  part text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  digest text COLLATE "C",
  bytes bigint,
  problem text,
  changed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT push_steps_pkey PRIMARY KEY (repository, part)
) UNLOGGED;
CREATE INDEX push_steps_changed ON public.push_steps USING btree (changed_at);

CREATE TABLE public.push_watches (
  scope text COLLATE "C" NOT NULL,
  until timestamp with time zone NOT NULL,
  CONSTRAINT push_watches_pkey PRIMARY KEY (scope)
) UNLOGGED;

CREATE TABLE public.repositories (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  description text DEFAULT ''::text NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  quota_counted boolean DEFAULT true NOT NULL,
  CONSTRAINT repositories_pkey PRIMARY KEY (id),
  CONSTRAINT repositories_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT repositories_description_length CHECK ((char_length(description) <= 65536)),
  CONSTRAINT repositories_name_length CHECK (((char_length(name) >= 3) AND (char_length(name) <= 255)))
);
CREATE UNIQUE INDEX repositories_name_living ON public.repositories USING btree (name) WHERE (deleted_at IS NULL);
CREATE INDEX repositories_project ON public.repositories USING btree (project_id, name);

CREATE TABLE public.repository_blobs (
  repository_id bigint NOT NULL,
  blob_id bigint NOT NULL,
  lease_until timestamp with time zone NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT repository_blobs_pkey PRIMARY KEY (repository_id, blob_id),
  CONSTRAINT repository_blobs_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES public.blobs(id),
  CONSTRAINT repository_blobs_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id)
);
CREATE INDEX repository_blobs_blob ON public.repository_blobs USING btree (blob_id, repository_id);

CREATE TABLE public.repository_traffic (
  repository_id bigint NOT NULL,
  pull_count bigint DEFAULT 0 NOT NULL,
  push_count bigint DEFAULT 0 NOT NULL,
  pulled_at timestamp with time zone,
  pushed_at timestamp with time zone,
  pulled_bytes bigint DEFAULT 0 NOT NULL,
  pushed_bytes bigint DEFAULT 0 NOT NULL,
  CONSTRAINT repository_traffic_pkey PRIMARY KEY (repository_id),
  CONSTRAINT repository_traffic_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id)
);

CREATE TABLE public.retention_decisions (
  task_id bigint NOT NULL,
  "position" integer NOT NULL,
  digest text COLLATE "C" NOT NULL,
  tags text[] NOT NULL,
  action text COLLATE "C" NOT NULL,
  because text NOT NULL,
  outcome text,
  reason jsonb DEFAULT '{"code": "unknown"}'::jsonb NOT NULL,
  CONSTRAINT retention_decisions_pkey PRIMARY KEY (task_id, "position"),
  CONSTRAINT retention_decisions_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.retention_tasks(id) ON DELETE CASCADE,
  CONSTRAINT retention_decisions_action CHECK ((action = ANY (ARRAY['retain'::text, 'delete'::text])))
);

CREATE TABLE public.retention_executions (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  policy_id bigint NOT NULL,
  project_id bigint NOT NULL,
  rules jsonb NOT NULL,
  trigger text COLLATE "C" NOT NULL,
  dry_run boolean NOT NULL,
  actor text COLLATE "C" NOT NULL,
  status text COLLATE "C" DEFAULT 'Pending'::text NOT NULL,
  problem text DEFAULT ''::text NOT NULL,
  stop_wanted boolean DEFAULT false NOT NULL,
  alive_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  problem_reason text COLLATE "C" DEFAULT ''::text NOT NULL,
  problem_values jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT retention_executions_pkey PRIMARY KEY (id),
  CONSTRAINT retention_executions_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.retention_policies(id) ON DELETE CASCADE,
  CONSTRAINT retention_executions_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT retention_executions_status CHECK ((status = ANY (ARRAY['Pending'::text, 'Running'::text, 'Success'::text, 'Error'::text, 'Stopped'::text]))),
  CONSTRAINT retention_executions_trigger CHECK ((trigger = ANY (ARRAY['Manual'::text, 'Schedule'::text])))
);
CREATE INDEX retention_executions_policy ON public.retention_executions USING btree (policy_id, id);
CREATE INDEX retention_executions_project ON public.retention_executions USING btree (project_id);
CREATE INDEX retention_executions_updated ON public.retention_executions USING btree (updated_at);
CREATE INDEX retention_executions_waiting ON public.retention_executions USING btree (id) WHERE (status = ANY (ARRAY['Pending'::text, 'Running'::text]));

CREATE TABLE public.retention_policies (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id bigint NOT NULL,
  rules jsonb NOT NULL,
  cron text DEFAULT ''::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  planned_after timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT retention_policies_pkey PRIMARY KEY (id),
  CONSTRAINT retention_policies_project_id_key UNIQUE (project_id),
  CONSTRAINT retention_policies_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT retention_policies_cron_length CHECK ((char_length(cron) <= 255)),
  CONSTRAINT retention_policies_rules_size CHECK ((octet_length((rules)::text) <= 1048576))
);

CREATE TABLE public.retention_tasks (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  execution_id bigint NOT NULL,
  repository_id bigint NOT NULL,
  repository text COLLATE "C" NOT NULL,
  status text COLLATE "C" DEFAULT 'Running'::text NOT NULL,
  total integer DEFAULT 0 NOT NULL,
  retained integer DEFAULT 0 NOT NULL,
  started_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT retention_tasks_pkey PRIMARY KEY (id),
  CONSTRAINT retention_tasks_once UNIQUE (execution_id, repository_id),
  CONSTRAINT retention_tasks_execution_id_fkey FOREIGN KEY (execution_id) REFERENCES public.retention_executions(id) ON DELETE CASCADE,
  CONSTRAINT retention_tasks_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id),
  CONSTRAINT retention_tasks_status CHECK ((status = ANY (ARRAY['Running'::text, 'Success'::text, 'Error'::text, 'Stopped'::text])))
);
CREATE INDEX retention_tasks_repository ON public.retention_tasks USING btree (repository_id);

CREATE TABLE public.robots (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text COLLATE "C" NOT NULL,
  project_id bigint,
  description text DEFAULT ''::text NOT NULL,
  secret_hash text NOT NULL,
  disabled boolean DEFAULT false NOT NULL,
  duration_days integer NOT NULL,
  expires_at timestamp with time zone,
  credential_version integer DEFAULT 1 NOT NULL,
  creator_kind text COLLATE "C" NOT NULL,
  creator_id bigint NOT NULL,
  expiry_warned_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT robots_pkey PRIMARY KEY (id),
  CONSTRAINT robots_name UNIQUE NULLS NOT DISTINCT (project_id, name),
  CONSTRAINT robots_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT robots_creator CHECK ((creator_kind = ANY (ARRAY['user'::text, 'robot'::text]))),
  CONSTRAINT robots_description_length CHECK ((char_length(description) <= 1024)),
  CONSTRAINT robots_duration CHECK (((duration_days = '-1'::integer) OR ((duration_days >= 1) AND (duration_days <= 36500)))),
  CONSTRAINT robots_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);
CREATE INDEX robots_expiring ON public.robots USING btree (expires_at) WHERE ((expiry_warned_at IS NULL) AND (NOT disabled));

CREATE TABLE public.roles (
  id smallint NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text DEFAULT ''::text NOT NULL,
  actions text[],
  CONSTRAINT roles_pkey PRIMARY KEY (id),
  CONSTRAINT roles_name_key UNIQUE (name),
  CONSTRAINT roles_actions_size CHECK ((cardinality(actions) <= 200))
);

CREATE TABLE public.sessions (
  sid text COLLATE "C" NOT NULL,
  sess json NOT NULL,
  expire timestamp with time zone NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (sid),
  CONSTRAINT sessions_sid_length CHECK (((char_length(sid) >= 1) AND (char_length(sid) <= 128)))
) UNLOGGED;
CREATE INDEX sessions_expire ON public.sessions USING btree (expire);

CREATE TABLE public.settings (
  name text COLLATE "C" NOT NULL,
  value jsonb NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT settings_pkey PRIMARY KEY (name)
);

CREATE TABLE public.signing_keys (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kid text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT signing_keys_pkey PRIMARY KEY (id),
  CONSTRAINT signing_keys_kid_key UNIQUE (kid),
  CONSTRAINT signing_keys_kid_length CHECK (((char_length(kid) >= 1) AND (char_length(kid) <= 64))),
  CONSTRAINT signing_keys_sealed_size CHECK (((octet_length(sealed) >= 1) AND (octet_length(sealed) <= 1024)))
);

CREATE TABLE public.storage_changes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind text COLLATE "C" NOT NULL,
  item bigint NOT NULL,
  repository_id bigint DEFAULT 0 NOT NULL,
  name text COLLATE "C" DEFAULT ''::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT storage_changes_pkey PRIMARY KEY (id)
);

CREATE TABLE public.storage_journal (
  only_row boolean DEFAULT true NOT NULL,
  generation bigint NOT NULL,
  snapshot_floor bigint,
  snapshot_bytes bigint DEFAULT 0 NOT NULL,
  segments bigint DEFAULT 0 NOT NULL,
  segment_bytes bigint DEFAULT 0 NOT NULL,
  holder text COLLATE "C",
  held_until timestamp with time zone,
  CONSTRAINT storage_journal_pkey PRIMARY KEY (only_row),
  CONSTRAINT storage_journal_one CHECK (only_row)
);

CREATE TABLE public.storage_rebuild_entries (
  kind text COLLATE "C" NOT NULL,
  item bigint NOT NULL,
  repository_id bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  value json,
  CONSTRAINT storage_rebuild_entries_pkey PRIMARY KEY (kind, repository_id, item, name)
) UNLOGGED;
CREATE INDEX storage_rebuild_entries_item ON public.storage_rebuild_entries USING btree (kind, item);

CREATE TABLE public.storage_rebuild_loaded (
  name text COLLATE "C" NOT NULL,
  CONSTRAINT storage_rebuild_loaded_pkey PRIMARY KEY (name)
) UNLOGGED;

CREATE TABLE public.tag_history (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  repository_id bigint NOT NULL,
  tag text COLLATE "C" NOT NULL,
  digest text COLLATE "C",
  previous_digest text COLLATE "C",
  actor text COLLATE "C" NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tag_history_pkey PRIMARY KEY (id),
  CONSTRAINT tag_history_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id),
  CONSTRAINT tag_history_moves CHECK (((digest IS NOT NULL) OR (previous_digest IS NOT NULL)))
);
CREATE INDEX tag_history_by_previous ON public.tag_history USING btree (repository_id, previous_digest, moved_at) WHERE (previous_digest IS NOT NULL);
CREATE INDEX tag_history_by_tag ON public.tag_history USING btree (repository_id, tag, id);

CREATE TABLE public.tag_traffic (
  repository_id bigint NOT NULL,
  tag text COLLATE "C" NOT NULL,
  pull_count bigint DEFAULT 0 NOT NULL,
  pulled_at timestamp with time zone NOT NULL,
  CONSTRAINT tag_traffic_pkey PRIMARY KEY (repository_id, tag),
  CONSTRAINT tag_traffic_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id)
);

CREATE TABLE public.tags (
  repository_id bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  manifest_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  version_key text COLLATE "C" GENERATED ALWAYS AS (
CASE
    WHEN ((name ~ '^[vV]{0,1}[0-9]{1,12}(\.[0-9]{1,12}){0,3}([-+_.].*){0,1}$'::text) OR (name ~ '^[vV]{0,1}[0-9]{1,12}(\.[0-9]{1,12}){1,3}[a-zA-Z].*$'::text)) THEN ((((lpad("substring"(name, '^[vV]{0,1}([0-9]{1,12})'::text), 12, '0'::text) || lpad(COALESCE("substring"(name, '^[vV]{0,1}[0-9]{1,12}\.([0-9]{1,12})'::text), '0'::text), 12, '0'::text)) || lpad(COALESCE("substring"(name, '^[vV]{0,1}[0-9]{1,12}\.[0-9]{1,12}\.([0-9]{1,12})'::text), '0'::text), 12, '0'::text)) || lpad(COALESCE("substring"(name, '^[vV]{0,1}[0-9]{1,12}\.[0-9]{1,12}\.[0-9]{1,12}\.([0-9]{1,12})'::text), '0'::text), 12, '0'::text)) ||
    CASE
        WHEN (name ~ '^[vV]{0,1}[0-9.]+(\+.*){0,1}$'::text) THEN '~'::text
        ELSE regexp_replace(regexp_replace(regexp_replace(name, '^[vV]{0,1}[0-9]{1,12}(\.[0-9]{1,12}){0,3}'::text, ''::text), '([0-9]+)'::text, '000000000000\1'::text, 'g'::text), '0*([0-9]{12})([^0-9]|$)'::text, '\1\2'::text, 'g'::text)
    END)
    ELSE NULL::text
END) STORED,
  accessory_of text COLLATE "C" GENERATED ALWAYS AS (
CASE
    WHEN (name ~ '^sha256-[a-f0-9]{64}\.(sig|att|sbom)$'::text) THEN ('sha256:'::text || substr(name, 8, 64))
    ELSE NULL::text
END) STORED,
  CONSTRAINT tags_pkey PRIMARY KEY (repository_id, name),
  CONSTRAINT tags_manifest FOREIGN KEY (repository_id, manifest_id) REFERENCES public.manifests(repository_id, id),
  CONSTRAINT tags_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 128)))
);
CREATE INDEX tags_accessories ON public.tags USING btree (repository_id, accessory_of) WHERE (accessory_of IS NOT NULL);
CREATE INDEX tags_by_manifest ON public.tags USING btree (repository_id, manifest_id);
CREATE INDEX tags_by_name ON public.tags USING btree (name, repository_id) INCLUDE (manifest_id) WHERE (accessory_of IS NULL);
CREATE INDEX tags_by_time ON public.tags USING btree (repository_id, moved_at, name);
CREATE INDEX tags_by_version ON public.tags USING btree (repository_id, version_key, name);

CREATE TABLE public.trash (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind text COLLATE "C" NOT NULL,
  project_id bigint NOT NULL,
  repository_id bigint,
  name text COLLATE "C" NOT NULL,
  tag text COLLATE "C",
  digest text COLLATE "C",
  tags text[] DEFAULT '{}'::text[] NOT NULL,
  size bigint DEFAULT 0 NOT NULL,
  deleted_by text COLLATE "C" NOT NULL,
  deleted_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT trash_pkey PRIMARY KEY (id),
  CONSTRAINT trash_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id),
  CONSTRAINT trash_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id),
  CONSTRAINT trash_kind_complete CHECK ((((kind = 'project'::text) = (repository_id IS NULL)) AND ((kind = 'tag'::text) = (tag IS NOT NULL)) AND ((kind = ANY (ARRAY['tag'::text, 'artifact'::text])) = (digest IS NOT NULL)))),
  CONSTRAINT trash_kind_known CHECK ((kind = ANY (ARRAY['tag'::text, 'artifact'::text, 'repository'::text, 'project'::text])))
);
CREATE INDEX trash_expiry ON public.trash USING btree (expires_at);
CREATE INDEX trash_project ON public.trash USING btree (project_id, id);
CREATE INDEX trash_repository ON public.trash USING btree (repository_id, digest);

CREATE TABLE public.trash_blobs (
  trash_id bigint NOT NULL,
  blob_id bigint NOT NULL,
  CONSTRAINT trash_blobs_pkey PRIMARY KEY (trash_id, blob_id),
  CONSTRAINT trash_blobs_blob_id_fkey FOREIGN KEY (blob_id) REFERENCES public.blobs(id),
  CONSTRAINT trash_blobs_trash_id_fkey FOREIGN KEY (trash_id) REFERENCES public.trash(id) ON DELETE CASCADE
);
CREATE INDEX trash_blobs_blob ON public.trash_blobs USING btree (blob_id);

CREATE TABLE public.trash_contents (
  trash_id bigint NOT NULL,
  "position" integer NOT NULL,
  content_id bigint NOT NULL,
  media_type text COLLATE "C" NOT NULL,
  label_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
  CONSTRAINT trash_contents_pkey PRIMARY KEY (trash_id, "position"),
  CONSTRAINT trash_contents_content_id_fkey FOREIGN KEY (content_id) REFERENCES public.manifest_contents(id),
  CONSTRAINT trash_contents_trash_id_fkey FOREIGN KEY (trash_id) REFERENCES public.trash(id) ON DELETE CASCADE
);
CREATE INDEX trash_contents_content ON public.trash_contents USING btree (content_id);

CREATE TABLE public.upload_sessions (
  id uuid NOT NULL,
  repository_id bigint NOT NULL,
  actor text COLLATE "C" NOT NULL,
  storage_key text COLLATE "C" NOT NULL,
  algorithm text COLLATE "C" NOT NULL,
  stored_offset bigint DEFAULT 0 NOT NULL,
  checkpoint_state text DEFAULT ''::text NOT NULL,
  prefix_digest text COLLATE "C",
  sealing_digest text COLLATE "C",
  claim bigint DEFAULT 0 NOT NULL,
  claimed_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  active_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT upload_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT upload_sessions_storage_key_key UNIQUE (storage_key),
  CONSTRAINT upload_sessions_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.repositories(id),
  CONSTRAINT upload_sessions_algorithm_known CHECK ((algorithm = ANY (ARRAY['sha256'::text, 'sha512'::text]))),
  CONSTRAINT upload_sessions_offset_positive CHECK ((stored_offset >= 0)),
  CONSTRAINT upload_sessions_prefix_shape CHECK ((prefix_digest ~ '^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'::text)),
  CONSTRAINT upload_sessions_sealing_shape CHECK ((sealing_digest ~ '^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'::text))
);
CREATE INDEX upload_sessions_active ON public.upload_sessions USING btree (active_at);
CREATE INDEX upload_sessions_repository ON public.upload_sessions USING btree (repository_id);

CREATE TABLE public.user_group_members (
  group_id bigint NOT NULL,
  user_id bigint NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT user_group_members_pkey PRIMARY KEY (group_id, user_id),
  CONSTRAINT user_group_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.user_groups(id) ON DELETE CASCADE,
  CONSTRAINT user_group_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
);
CREATE INDEX user_group_members_user ON public.user_group_members USING btree (user_id, group_id);

CREATE TABLE public.user_groups (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text COLLATE "C" NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  type smallint NOT NULL,
  ldap_dn text COLLATE "C" DEFAULT ''::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT user_groups_pkey PRIMARY KEY (id),
  CONSTRAINT user_groups_name UNIQUE (name_key),
  CONSTRAINT user_groups_ldap_dn_length CHECK ((char_length(ldap_dn) <= 1024)),
  CONSTRAINT user_groups_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
  CONSTRAINT user_groups_type CHECK (((type >= 1) AND (type <= 4)))
);

CREATE TABLE public.users (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  username text COLLATE "C" NOT NULL,
  username_key text COLLATE "C" NOT NULL,
  email text COLLATE "C" NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  realname text DEFAULT ''::text NOT NULL,
  comment text DEFAULT ''::text NOT NULL,
  password_hash text NOT NULL,
  system_admin boolean DEFAULT false NOT NULL,
  credential_version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  password_generated boolean DEFAULT false NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_comment_length CHECK ((char_length(comment) <= 255)),
  CONSTRAINT users_email_length CHECK ((char_length(email) <= 255)),
  CONSTRAINT users_realname_length CHECK ((char_length(realname) <= 255)),
  CONSTRAINT users_username_length CHECK (((char_length(username) >= 1) AND (char_length(username) <= 255)))
);
CREATE INDEX users_administrators ON public.users USING btree (id) WHERE (system_admin AND (deleted_at IS NULL));
CREATE UNIQUE INDEX users_email_living ON public.users USING btree (email_key) WHERE ((deleted_at IS NULL) AND (email_key <> ''::text));
CREATE UNIQUE INDEX users_username_living ON public.users USING btree (username_key) WHERE (deleted_at IS NULL);

CREATE TABLE public.work_runs (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind text COLLATE "C" NOT NULL,
  trigger text COLLATE "C" NOT NULL,
  parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
  actor text COLLATE "C" NOT NULL,
  status text COLLATE "C" DEFAULT 'Pending'::text NOT NULL,
  phase text DEFAULT ''::text NOT NULL,
  done bigint DEFAULT 0 NOT NULL,
  total bigint,
  bytes bigint DEFAULT 0 NOT NULL,
  total_bytes bigint,
  result jsonb DEFAULT '{}'::jsonb NOT NULL,
  log text DEFAULT ''::text NOT NULL,
  stop_wanted boolean DEFAULT false NOT NULL,
  alive_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT work_runs_pkey PRIMARY KEY (id),
  CONSTRAINT work_runs_kind_length CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 64))),
  CONSTRAINT work_runs_log_size CHECK ((octet_length(log) <= 4194304)),
  CONSTRAINT work_runs_status CHECK ((status = ANY (ARRAY['Pending'::text, 'Running'::text, 'Success'::text, 'Error'::text, 'Stopped'::text]))),
  CONSTRAINT work_runs_trigger CHECK ((trigger = ANY (ARRAY['Manual'::text, 'Schedule'::text])))
);
CREATE INDEX work_runs_kind ON public.work_runs USING btree (kind, id);
CREATE INDEX work_runs_waiting ON public.work_runs USING btree (id) WHERE (status = ANY (ARRAY['Pending'::text, 'Running'::text]));

CREATE TABLE public.work_schedules (
  kind text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  cron text NOT NULL,
  parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
  saved_at timestamp with time zone DEFAULT now() NOT NULL,
  planned_after timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT work_schedules_pkey PRIMARY KEY (kind),
  CONSTRAINT work_schedules_cron_length CHECK (((char_length(cron) >= 1) AND (char_length(cron) <= 255)))
);

CREATE OR REPLACE FUNCTION public.charge_project(charged_project bigint, bytes bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.count_linked_blobs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.count_repository()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.count_unlinked_blobs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.keep_audit_log()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and current_setting('berth.audit_purge', true) = 'on' then return null; end if;
  raise exception 'The audit log can only grow.' using errcode = 'BA001';
end $function$;

CREATE OR REPLACE FUNCTION public.make_project_quota()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into project_quotas (project_id, hard_bytes)
  values (new.id, coalesce((select nullif((value->>'storage_per_project')::bigint, 0) from settings where name = 'system'), -1))
  on conflict (project_id) do nothing;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.mark_trash_in_quota()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.quota_counted := new.deleted_at is null or trash_counts();
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.note_linked_blob()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    insert into storage_changes (kind, item, repository_id) values ('link', old.blob_id, old.repository_id);
  else
    insert into storage_changes (kind, item, repository_id) values ('link', new.blob_id, new.repository_id);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into storage_changes (kind, item) values (tg_argv[0], case when tg_op = 'DELETE' then old.id else new.id end);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_tag()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    insert into storage_changes (kind, item, repository_id, name) values ('tag', 0, old.repository_id, old.name);
  else
    insert into storage_changes (kind, item, repository_id, name) values ('tag', 0, new.repository_id, new.name);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_unlinked_blobs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into storage_changes (kind, item, repository_id) select 'link', blob_id, repository_id from gone;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.queue_garbage_candidates()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into garbage_candidates (blob_id) select distinct blob_id from gone where blob_id is not null;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.trash_counts()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((select (value->>'trash_counts_in_quota')::boolean from settings where name = 'system'), false)
$function$;

CREATE TRIGGER audit_log_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.keep_audit_log();

CREATE TRIGGER blobs_journal AFTER UPDATE OF storage_key, size ON public.blobs FOR EACH ROW EXECUTE FUNCTION public.note_row('blob');

CREATE TRIGGER manifest_references_queue_garbage AFTER DELETE ON public.manifest_references REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.queue_garbage_candidates();

CREATE TRIGGER manifests_journal AFTER INSERT OR DELETE OR UPDATE OF media_type ON public.manifests FOR EACH ROW EXECUTE FUNCTION public.note_row('manifest');

CREATE TRIGGER projects_journal AFTER INSERT OR DELETE OR UPDATE OF name, deleted_at, public ON public.projects FOR EACH ROW EXECUTE FUNCTION public.note_row('project');

CREATE TRIGGER projects_make_quota AFTER INSERT ON public.projects FOR EACH ROW EXECUTE FUNCTION public.make_project_quota();

CREATE TRIGGER repositories_count_trash AFTER UPDATE OF deleted_at ON public.repositories FOR EACH ROW WHEN ((old.quota_counted IS DISTINCT FROM new.quota_counted)) EXECUTE FUNCTION public.count_repository();

CREATE TRIGGER repositories_journal AFTER INSERT OR DELETE OR UPDATE OF name, deleted_at, description ON public.repositories FOR EACH ROW EXECUTE FUNCTION public.note_row('repository');

CREATE TRIGGER repositories_mark_trash BEFORE UPDATE OF deleted_at ON public.repositories FOR EACH ROW WHEN ((old.deleted_at IS DISTINCT FROM new.deleted_at)) EXECUTE FUNCTION public.mark_trash_in_quota();

CREATE TRIGGER repository_blobs_journal AFTER INSERT ON public.repository_blobs FOR EACH ROW EXECUTE FUNCTION public.note_linked_blob();

CREATE TRIGGER repository_blobs_journal_unlinked AFTER DELETE ON public.repository_blobs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.note_unlinked_blobs();

CREATE TRIGGER repository_blobs_linked AFTER INSERT ON public.repository_blobs REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_linked_blobs();

CREATE TRIGGER repository_blobs_unlinked AFTER DELETE ON public.repository_blobs REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_unlinked_blobs();

CREATE TRIGGER tags_journal AFTER INSERT OR DELETE OR UPDATE OF manifest_id, name, repository_id ON public.tags FOR EACH ROW EXECUTE FUNCTION public.note_tag();

CREATE TRIGGER trash_blobs_queue_garbage AFTER DELETE ON public.trash_blobs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.queue_garbage_candidates();
