import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';

export function noSuchRun(id: number): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-collection')`There is no run of garbage collection with the id ${{ id }}.`);
}
