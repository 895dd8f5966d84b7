import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { told } from '../render.ts';

export const verifyAuditLog = systemEndpoint(OPERATIONS.verifyAuditLog, 'audit-log:list', async ({ parts }) => {
  const { problems, ...counts } = await parts.policy.auditLog.verify();
  return {
    json: {
      ok: problems.length === 0,
      problems: problems.map(({ text }) => text),
      problem_sentences: problems.map(told),
      ...counts,
    },
  };
});
