import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { currentConfigurations } from './current-configurations.ts';

export const getConfigurations = systemEndpoint(OPERATIONS.getConfigurations, 'configuration:read', async ({ parts }) => ({
  json: await currentConfigurations(parts),
}));
