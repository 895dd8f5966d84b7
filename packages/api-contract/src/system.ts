import { z } from 'zod';
import { nothing, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const componentHealth = z.object({ name: z.string(), status: z.enum(['healthy', 'unhealthy']), error: z.string().optional() });
export const overallHealth = z.object({ status: z.enum(['healthy', 'unhealthy']), components: z.array(componentHealth) });

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
} as const;
