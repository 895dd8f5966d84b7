import { exportAuditLog } from './audit/export-audit-log.ts';
import { getLogExts } from './audit/get-log-exts.ts';
import { getLogs } from './audit/get-logs.ts';
import { listAuditLogEventTypes } from './audit/list-audit-log-event-types.ts';
import { listAuditLogExts } from './audit/list-audit-log-exts.ts';
import { listAuditLogs } from './audit/list-audit-logs.ts';
import { verifyAuditLog } from './audit/verify-audit-log.ts';
import { getConfigurations } from './configurations/get-configurations.ts';
import { getInternalconfig } from './configurations/get-internalconfig.ts';
import { updateConfigurations } from './configurations/update-configurations.ts';
import type { Endpoint } from './endpoint.ts';
import { createImmuRule } from './immutable/create-immu-rule.ts';
import { deleteImmuRule } from './immutable/delete-immu-rule.ts';
import { listImmuRules } from './immutable/list-immu-rules.ts';
import { previewImmuRule } from './immutable/preview-immu-rule.ts';
import { updateImmuRule } from './immutable/update-immu-rule.ts';
import { addProjectMetadatas } from './projects/add-project-metadatas.ts';
import { deleteProjectMetadata } from './projects/delete-project-metadata.ts';
import { getQuota } from './quotas/get-quota.ts';
import { listQuotas } from './quotas/list-quotas.ts';
import { listQuotaEvents } from './quotas/list-quota-events.ts';
import { updateQuota } from './quotas/update-quota.ts';
import { createRetention } from './retention/create-retention.ts';
import { deleteRetention } from './retention/delete-retention.ts';
import { getRetention } from './retention/get-retention.ts';
import { getRetentionMetadata } from './retention/get-retention-metadata.ts';
import { getRetentionTaskLog } from './retention/get-retention-task-log.ts';
import { listRetentionDecisions } from './retention/list-retention-decisions.ts';
import { listRetentionExecutions } from './retention/list-retention-executions.ts';
import { listRetentionTasks } from './retention/list-retention-tasks.ts';
import { operateRetentionExecution } from './retention/operate-retention-execution.ts';
import { previewRetention } from './retention/preview-retention.ts';
import { triggerRetentionExecution } from './retention/trigger-retention-execution.ts';
import { updateRetention } from './retention/update-retention.ts';
import { listDailyNumbers } from './statistics/list-daily-numbers.ts';
import { listJobDays } from './statistics/list-job-days.ts';
import { listProjectDailyNumbers } from './statistics/list-project-daily-numbers.ts';
import { listProjectStorage } from './statistics/list-project-storage.ts';
import { listProjectTopRepositories } from './statistics/list-project-top-repositories.ts';
import { listTopRepositories } from './statistics/list-top-repositories.ts';
import { getStatistic } from './statistics/get-statistic.ts';
import { getVolumes } from './statistics/get-volumes.ts';
import { search } from './statistics/search.ts';

/** Settings, numbers, quotas, rules and the audit log. */
export const POLICY_ENDPOINTS: readonly Endpoint[] = [
  getConfigurations,
  updateConfigurations,
  getInternalconfig,
  listAuditLogs,
  listAuditLogExts,
  listAuditLogEventTypes,
  exportAuditLog,
  verifyAuditLog,
  getLogs,
  getLogExts,
  listImmuRules,
  createImmuRule,
  previewImmuRule,
  updateImmuRule,
  deleteImmuRule,
  getRetentionMetadata,
  createRetention,
  previewRetention,
  getRetention,
  updateRetention,
  deleteRetention,
  triggerRetentionExecution,
  listRetentionExecutions,
  operateRetentionExecution,
  listRetentionTasks,
  getRetentionTaskLog,
  listRetentionDecisions,
  listQuotas,
  getQuota,
  listQuotaEvents,
  updateQuota,
  getStatistic,
  listDailyNumbers,
  listTopRepositories,
  listProjectStorage,
  listJobDays,
  listProjectDailyNumbers,
  listProjectTopRepositories,
  search,
  getVolumes,
  addProjectMetadatas,
  deleteProjectMetadata,
];
