import { OPERATIONS } from '@berth/api-contract';
import type { LedgerEntry } from '@berth/certs';
import { systemEndpoint } from '../endpoint.ts';
import { type Condition, parseConditions, parseSort } from '../list-query.ts';
import { listReply } from '../paging.ts';
import { certificateView } from './certificate-view.ts';
import { refusing } from './refusing.ts';

/** The ledger is one small file: it is read whole, and a page of it is answered. */
export const listCertificates = systemEndpoint(OPERATIONS.listCertificates, 'configuration:read', async ({ parts, request, query }) => {
  parseSort(query.sort, {});
  const name = parseConditions(query.q, ['name']).get('name');
  const found = (await refusing(parts.certificates.issued(), '')).filter((one) => name === undefined || isNamed(one, name));
  const first = (query.page - 1) * query.page_size;
  return listReply(found.slice(first, first + query.page_size).map(certificateView), { request, query, total: found.length });
});

function isNamed({ name, names = [] }: LedgerEntry, { value, fuzzy }: Condition): boolean {
  const wanted = value.toLowerCase();
  const bare = names.map((one) => one.slice(one.indexOf(':') + 1));
  return [name, ...bare].some((one) => (fuzzy ? one.toLowerCase().includes(wanted) : one.toLowerCase() === wanted));
}
