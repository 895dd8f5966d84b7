import { type LiveOptions, LiveSettings, type ProjectMetadata, type Settings } from '@berth/access';
import { createContentSearch, createProjectMetadata, createQuotas } from '@berth/database';
import type { ContentSearch, Quotas } from '@berth/registry';
import type { Knex } from 'knex';

export interface Volume {
  /** Bytes. */
  readonly total: number;
  readonly free: number;
}

export interface PolicyOptions {
  readonly knex: Knex;
  readonly settings: Settings;
  /** Of the storage, where its size can be told. */
  volumes(): Promise<readonly Volume[]>;
  readonly live?: LiveOptions;
}

/** Settings, numbers, quotas, rules and the audit log: what watches over projects. */
export interface Policy {
  readonly settings: LiveSettings;
  readonly metadata: ProjectMetadata;
  readonly search: ContentSearch;
  readonly quotas: Quotas;
  volumes(): Promise<readonly Volume[]>;
}

export function openPolicy({ knex, settings, volumes, live }: PolicyOptions): Policy {
  return {
    settings: new LiveSettings(settings, live),
    metadata: createProjectMetadata(knex),
    search: createContentSearch(knex),
    quotas: createQuotas(knex),
    volumes,
  };
}
