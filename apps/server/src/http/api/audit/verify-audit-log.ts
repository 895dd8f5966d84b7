import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';

export const verifyAuditLog = systemEndpoint(OPERATIONS.verifyAuditLog, 'audit-log:list', async ({ parts }) => {
  const verdict = await parts.policy.auditLog.verify();
  return { json: { ok: verdict.problems.length === 0, ...verdict } };
});
