import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';

export const getPing = publicEndpoint(OPERATIONS.getPing, async () => ({ text: 'Pong' }));
