import type { AuditFilter, AuditLog, AuditRecord } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { auditExtView, auditFilter, auditScope } from './audit-query.ts';
import { csvLine } from './csv.ts';

const COLUMNS = [
  'id',
  'op_time',
  'username',
  'operation',
  'resource_type',
  'resource',
  'operation_result',
  'status',
  'client_address',
  'project_id',
  'operation_description',
  'request_id',
] as const;
const PAGE = 1_000;

/** Newest first, page by page from the database: however long the log is, a page of it is held. */
export const exportAuditLog = principalEndpoint(OPERATIONS.exportAuditLog, async ({ parts, actor, query }) => {
  const records = everyRecord(parts.policy.auditLog, auditFilter(query.q, auditScope(actor)));
  const csv = query.format === 'csv';
  return {
    stream: csv ? csvOf(records) : jsonLinesOf(records),
    headers: {
      'content-type': csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      'content-disposition': `attachment; filename="audit-log.${query.format}"`,
    },
  };
});

async function* everyRecord(log: AuditLog, filter: AuditFilter): AsyncGenerator<AuditRecord> {
  let last: number | undefined;
  for (;;) {
    const page = await log.before(filter, last, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    last = page.at(-1)?.id;
  }
}

async function* csvOf(records: AsyncIterable<AuditRecord>): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const record of records) {
    const view = auditExtView(record);
    yield csvLine(COLUMNS.map((column) => String(view[column] ?? '')));
  }
}

async function* jsonLinesOf(records: AsyncIterable<AuditRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(auditExtView(record))}\n`;
}
