import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { metadataView } from './retention-view.ts';

export const getRetentionMetadata = principalEndpoint(OPERATIONS.getRentenitionMetadata, async () => ({ json: metadataView() }));
