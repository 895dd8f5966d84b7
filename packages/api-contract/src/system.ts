import { z } from 'zod';
import { nothing, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const componentHealth = z.object({ name: z.string(), status: z.enum(['healthy', 'unhealthy']), error: z.string().optional() });
export const overallHealth = z.object({ status: z.enum(['healthy', 'unhealthy']), components: z.array(componentHealth) });

/** 200 long names stay below it. */
const MAX_CSR_LENGTH = 60 * 1024;

const servedCertificate = z.object({
  subject: z.string(),
  names: z.array(z.string()),
  not_before: z.string(),
  not_after: z.string(),
  sha256: z.string(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

/** What is told to signed-in callers only is optional. */
export const generalInfo = z.object({
  auth_mode: z.string(),
  primary_auth_mode: z.boolean(),
  self_registration: z.boolean(),
  banner_message: z.string().optional(),
  current_time: timestamp.optional(),
  registry_url: z.string().optional(),
  external_url: z.string().optional(),
  project_creation_restriction: z.string().optional(),
  has_ca_root: z.boolean().optional(),
  harbor_version: z.string().optional(),
  registry_storage_provider_name: z.string().optional(),
  read_only: z.boolean().optional(),
  notification_enable: z.boolean().optional(),
  /** Berth's own: what is served over TLS, and what is wrong with it. */
  certificate: servedCertificate.optional(),
});

/** A signing request (PKCS#10, PEM) for the CA of this server. */
export const signingRequest = z.object({ csr: z.string().min(1).max(MAX_CSR_LENGTH), days: z.number().int().min(1).max(825).optional() });

export const signedCertificate = z.object({ certificate: z.string(), serial: z.string(), warnings: z.array(z.string()) });

/** How a client comes to trust this server: by one line whose script is checked against its checksum, or by hand. */
export const certInstructions = z.object({
  /** As it stands in image names. */
  host: z.string(),
  ca_url: z.string(),
  /** SHA-256, in hex pairs with colons. */
  ca_fingerprint: z.string(),
  installer: z.object({ url: z.string(), sha256: z.string(), command: z.string() }),
  manual: z.string(),
});

export const systemOperations = {
  getPing: operation({
    id: 'getPing',
    method: 'get',
    path: '/ping',
    tag: 'ping',
    summary: 'Ask whether the API answers.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.literal('Pong'), contentType: 'text/plain' },
    errors: [],
  }),
  getHealth: operation({
    id: 'getHealth',
    method: 'get',
    path: '/health',
    tag: 'health',
    summary: 'Read the health of each component.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: overallHealth },
    errors: [],
  }),
  getSystemInfo: operation({
    id: 'getSystemInfo',
    method: 'get',
    path: '/systeminfo',
    tag: 'systeminfo',
    summary: 'Read what this installation is; more for signed-in callers.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: generalInfo },
    errors: [401],
  }),
  getCert: operation({
    id: 'getCert',
    method: 'get',
    path: '/systeminfo/getcert',
    tag: 'systeminfo',
    summary: 'Download the CA certificate that clients must trust.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'application/x-x509-ca-cert' },
    errors: [404],
  }),
  getCertInstaller: operation({
    id: 'getCertInstaller',
    method: 'get',
    path: '/systeminfo/getcert/installer',
    tag: 'systeminfo',
    summary: 'Download the shell script that makes docker, podman and containerd on a client trust this server.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/x-shellscript' },
    errors: [400, 404],
  }),
  getCertInstructions: operation({
    id: 'getCertInstructions',
    method: 'get',
    path: '/systeminfo/getcert/instructions',
    tag: 'systeminfo',
    summary: 'Read the one line that fetches, checks and runs the installer, and the manual way.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: certInstructions },
    errors: [400, 404],
  }),
  signCertificate: operation({
    id: 'signCertificate',
    method: 'post',
    path: '/system/certificates',
    tag: 'systeminfo',
    summary: 'Have the CA of this server sign a request for a server certificate.',
    params: nothing,
    query: nothing,
    body: signingRequest,
    answer: { status: 201, body: signedCertificate },
    errors: [400, 401, 403],
  }),
} as const;
