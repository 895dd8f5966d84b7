import { type certificateFacts, OPERATIONS } from '@berth/api-contract';
import type { Certificate } from '@berth/certs';
import { nameOf } from '../../certificates/certificate-service.ts';
import type { z } from 'zod';
import { systemEndpoint } from '../endpoint.ts';

export const getCertificateStatus = systemEndpoint(OPERATIONS.getCertificateStatus, 'configuration:read', async ({ parts, request }) => {
  const { certificates } = parts;
  const host = parts.externalUrl === undefined ? parts.identity.originOf(request).host : new URL(parts.externalUrl).host;
  const { source, file, caDirectory, chain, warnings, refusals } = await certificates.served(host ?? '');
  const authority = await certificates.authority();
  const factsOf = await facts();
  return {
    json: {
      source,
      ...(file === undefined ? {} : { file }),
      ca_directory: caDirectory,
      host: host ?? '',
      chain: chain.map(factsOf),
      warnings,
      refusals,
      authority: {
        ...(authority.certificate === undefined ? {} : { certificate: factsOf(authority.certificate) }),
        ...(authority.problem === undefined ? {} : { problem: authority.problem.message, ...nameOf(authority.problem) }),
      },
    },
  };
});

type Facts = z.input<typeof certificateFacts>;

async function facts(): Promise<(certificate: Certificate) => Facts> {
  const { describeCertificate, formattedNames } = await import('@berth/certs');
  return (certificate) => {
    const { subject, issuer, selfSigned, serial, notBefore, notAfter, key, sha256 } = describeCertificate(certificate);
    const names = formattedNames(certificate);
    return { subject, issuer, self_signed: selfSigned, names, serial, not_before: notBefore, not_after: notAfter, key, sha256 };
  };
}
