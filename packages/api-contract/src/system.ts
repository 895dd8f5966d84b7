import { z } from 'zod';
import { nothing, sentence, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const componentHealth = z.object({
  name: z.string(),
  status: z.enum(['healthy', 'unhealthy']),
  error: z.string().optional(),
  /** Berth's own: what kind of trouble it is, such as ENOSPC, where that is known. */
  code: z.string().optional(),
});
export const overallHealth = z.object({ status: z.enum(['healthy', 'unhealthy']), components: z.array(componentHealth) });

const servedCertificate = z.object({
  subject: z.string(),
  names: z.array(z.string()),
  not_before: z.string(),
  not_after: z.string(),
  sha256: z.string(),
  warnings: z.array(z.object({ code: z.string(), ...sentence.shape })),
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
    summary: 'Download the CA certificate that clients must trust, as PEM or DER.',
    params: nothing,
    query: z.object({ format: z.enum(['pem', 'der']).optional() }),
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'application/x-x509-ca-cert' },
    errors: [404, 422],
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
} as const;
