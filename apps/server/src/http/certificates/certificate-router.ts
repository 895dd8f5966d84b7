import express, { type Response, Router } from 'express';
import type { CertificateService } from './certificate-service.ts';

const MAX_OCSP_REQUEST = '16kb';

/**
 * `/ocsp` (RFC 6960 A.1): what was issued by the CA of this server, and whether it was revoked. Public, as clients ask before they trust
 * anything. POST carries the request as it is; GET carries it as base64 in the path, which stapling web servers use.
 */
export function createOcspRouter(certificates: CertificateService): Router {
  const router = Router();
  router.post('/', express.raw({ type: 'application/ocsp-request', limit: MAX_OCSP_REQUEST }), async (request, response) => {
    if (Buffer.isBuffer(request.body)) await answer(request.body, response);
    else refuse(response, 415, 'Send an OCSP request with the content type application/ocsp-request.');
  });
  router.get('/*encoded', async (request, response) => {
    // Base64 has slashes of its own, which the clients may or may not have escaped.
    const text = decodedPath(request.path.slice(1));
    if (text === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      refuse(response, 400, 'Send an OCSP request as base64 after /ocsp/, or by POST.');
    else await answer(Buffer.from(text, 'base64'), response);
  });
  return router;

  async function answer(question: Buffer, response: Response): Promise<void> {
    const bytes = await certificates.ocsp(question);
    if (bytes === undefined) refuse(response, 404, 'This server has no certificate authority that can sign an answer.');
    else response.type('application/ocsp-response').set('cache-control', 'no-store').send(bytes);
  }
}

const CODES = { 400: 'BAD_REQUEST', 404: 'NOT_FOUND', 415: 'UNSUPPORTED_MEDIA_TYPE' } as const;

function refuse(response: Response, status: keyof typeof CODES, message: string): void {
  response.status(status).json({ errors: [{ code: CODES[status], message }] });
}

function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
