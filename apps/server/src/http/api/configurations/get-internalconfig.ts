import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { currentConfigurations } from './current-configurations.ts';

export const getInternalconfig = systemEndpoint(OPERATIONS.getInternalconfig, 'configuration:read', async ({ parts }) => ({
  json: await currentConfigurations(parts),
}));
