import express, { Router } from 'express';
import type { CertificateService } from './certificate-service.ts';

const MAX_OCSP_REQUEST = '16kb';

/** `/ocsp` (RFC 6960 A.1): what was issued by the CA of this server, and whether it was revoked. Public, as clients ask before they trust anything. */
export function createOcspRouter(certificates: CertificateService): Router {
  const router = Router();
  router.post('/', express.raw({ type: 'application/ocsp-request', limit: MAX_OCSP_REQUEST }), async (request, response) => {
    const answer = Buffer.isBuffer(request.body) ? await certificates.ocsp(request.body) : undefined;
    if (answer === undefined) {
      const message = Buffer.isBuffer(request.body)
        ? 'This server has no certificate authority.'
        : 'Send an OCSP request with the content type application/ocsp-request.';
      response.status(Buffer.isBuffer(request.body) ? 404 : 415).json({ errors: [{ code: 'NOT_FOUND', message }] });
      return;
    }
    response.type('application/ocsp-response').set('cache-control', 'no-store').send(answer);
  });
  return router;
}
