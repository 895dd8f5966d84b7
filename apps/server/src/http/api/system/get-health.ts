import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';

/** Always 200, as Harbor: the body has the news. Probes that need a status use /readyz. */
export const getHealth = publicEndpoint(OPERATIONS.getHealth, async ({ parts }) => {
  const components = await parts.health.components();
  const healthy = components.every(({ status }) => status === 'healthy');
  return { json: { status: healthy ? 'healthy' : 'unhealthy', components } };
});
