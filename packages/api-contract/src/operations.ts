import { memberOperations } from './members.ts';
import { projectOperations } from './projects.ts';
import { systemOperations } from './system.ts';
import { userOperations } from './users.ts';

/** Every operation that Berth implements, by Harbor's operationId. */
export const OPERATIONS = { ...systemOperations, ...projectOperations, ...memberOperations, ...userOperations } as const;
