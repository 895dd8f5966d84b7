import {
  type certificateKeyTypes,
  certificateStatus,
  certificateWithKey,
  issuedCertificate,
  type revocationReasons,
  type sentence,
  signedCertificate,
} from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
import { conditionValue, type ListState } from '../../shared/list/list-search.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type CertificateStatus = z.output<typeof certificateStatus>;
export type CertificateFacts = CertificateStatus['chain'][number];
export type IssuedCertificate = z.output<typeof issuedCertificate>;
export type KeyType = (typeof certificateKeyTypes)[number];
export type RevocationReason = (typeof revocationReasons)[number];

/** What an issuance ended with: the key is there when the server made it. */
export interface NewCertificate {
  readonly certificate: string;
  readonly privateKey: string | undefined;
  readonly warnings: readonly z.output<typeof sentence>[];
}

const KEY = ['certificates'] as const;
export const ISSUED_KEY = [...KEY, 'issued'] as const;

export const statusQuery = queryOptions({
  queryKey: [...KEY, 'status'],
  queryFn: async ({ signal }) => {
    const status = await getOne('/system/certificates/status', certificateStatus, { signal });
    if ([status.authority, ...status.warnings].some(({ reason }) => reason !== undefined)) await loadRefusals();
    return status;
  },
});

export const issuedQuery = ({ page, filter }: Pick<ListState, 'page' | 'filter'>) =>
  queryOptions({
    queryKey: [...ISSUED_KEY, { page, filter }],
    queryFn: ({ signal }) => {
      const name = conditionValue(filter);
      const query = { page, page_size: PAGE_SIZE, q: name === '' ? undefined : `name=~${name}` };
      return getPage('/system/certificates', issuedCertificate, { query, signal });
    },
    placeholderData: keepPreviousData,
  });

export interface NamesWanted {
  readonly names: readonly string[];
  readonly keyType: KeyType;
  readonly days: number;
}

export async function issueWithKey({ names, keyType, days }: NamesWanted): Promise<NewCertificate> {
  const { body } = await change('POST', '/system/certificates/with-key', { names, key_type: keyType, days });
  const { certificate, private_key: privateKey, warning_sentences: warnings } = certificateWithKey.parse(body);
  if (warnings.length > 0) await loadRefusals();
  return { certificate, privateKey, warnings };
}

export async function signRequest(csr: string, days: number): Promise<NewCertificate> {
  const { body } = await change('POST', '/system/certificates', { csr, days });
  const { certificate, warning_sentences: warnings } = signedCertificate.parse(body);
  if (warnings.length > 0) await loadRefusals();
  return { certificate, privateKey: undefined, warnings };
}

export const revoke = (serial: string, reason: RevocationReason) => change('POST', `/system/certificates/${serial}/revocation`, { reason });
