import { type AuditLog, type LiveOptions, LiveSettings, type ProjectMetadata, type Settings } from '@berth/access';
import {
  createAuditLog,
  createContentSearch,
  createDailyNumbers,
  createImmutableRules,
  createProjectMetadata,
  createQuotaEvents,
  createQuotas,
  createRetentionRecords,
} from '@berth/database';
import {
  type ContentSearch,
  type DailyNumbers,
  type ImmutableRules,
  type QuotaEvents,
  type Quotas,
  type RetentionRecords,
  RetentionRuns,
  type TroubleReport,
} from '@berth/registry';
import type { Knex } from 'knex';
import { kickRetention } from '../jobs/run-retention.ts';
import { AuditRecorder } from './audit-recorder.ts';

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
  readonly report: TroubleReport;
  readonly live?: LiveOptions;
}

/** Settings, numbers, quotas, rules and the audit log: what watches over projects. */
export interface Policy {
  readonly settings: LiveSettings;
  readonly metadata: ProjectMetadata;
  readonly search: ContentSearch;
  /** Numbers by day. */
  readonly daily: DailyNumbers;
  readonly quotas: Quotas;
  readonly quotaEvents: QuotaEvents;
  readonly immutableRules: ImmutableRules;
  readonly retention: RetentionRecords;
  readonly retentionRuns: RetentionRuns;
  /** Lets a run that waits begin now. */
  kickRetention(): Promise<void>;
  readonly auditLog: AuditLog;
  readonly audit: AuditRecorder;
  volumes(): Promise<readonly Volume[]>;
}

export function openPolicy({ knex, settings, volumes, report, live }: PolicyOptions): Policy {
  const liveSettings = new LiveSettings(settings, live);
  const auditLog = createAuditLog(knex);
  const immutableRules = createImmutableRules(knex);
  const retention = createRetentionRecords(knex);
  return {
    settings: liveSettings,
    metadata: createProjectMetadata(knex),
    daily: createDailyNumbers(knex),
    search: createContentSearch(knex),
    quotas: createQuotas(knex),
    quotaEvents: createQuotaEvents(knex),
    immutableRules,
    retention,
    retentionRuns: new RetentionRuns(retention, immutableRules),
    kickRetention: () => kickRetention({ knex, report }),
    auditLog,
    audit: new AuditRecorder({ log: auditLog, settings: liveSettings, report }),
    volumes,
  };
}
