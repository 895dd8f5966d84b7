import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';

const TYPES = ['artifact', 'tag', 'repository', 'project', 'project_metadata', 'member', 'robot', 'user', 'usergroup', 'label', 'quota'];
const MORE = ['pull_artifact', 'delete_blob', 'login_session', 'logout_session', 'update_configuration'];

export const listAuditLogEventTypes = principalEndpoint(OPERATIONS.listAuditLogEventTypes, async () => ({
  json: [...TYPES.flatMap((type) => ['create', 'update', 'delete'].map((operation) => `${operation}_${type}`)), ...MORE].map((name) => ({
    event_type: name,
  })),
}));
