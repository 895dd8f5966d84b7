import { artifactOperations } from './artifacts.ts';
import { labelOperations } from './labels.ts';
import { memberOperations } from './members.ts';
import { projectOperations } from './projects.ts';
import { sessionOperations } from './sessions.ts';
import { repositoryOperations } from './repositories.ts';
import { systemOperations } from './system.ts';
import { tagOperations } from './tags.ts';
import { userOperations } from './users.ts';

const contentOperations = { ...repositoryOperations, ...artifactOperations, ...tagOperations, ...labelOperations } as const;

/** Every operation that Berth implements, by Harbor's operationId. */
export const OPERATIONS = {
  ...systemOperations,
  ...contentOperations,
  ...projectOperations,
  ...memberOperations,
  ...userOperations,
  ...sessionOperations,
} as const;
