import { accessTokenOperations } from './access-tokens.ts';
import { archiveOperations } from './archives.ts';
import { artifactOperations } from './artifacts.ts';
import { certificateOperations } from './certificates.ts';
import { eventOperations } from './events.ts';
import { fileOperations } from './files.ts';
import { groupOperations } from './groups.ts';
import { garbageOperations } from './garbage.ts';
import { jobOperations } from './jobs.ts';
import { labelOperations } from './labels.ts';
import { memberOperations } from './members.ts';
import { policyOperations } from './policy-operations.ts';
import { projectOperations } from './projects.ts';
import { robotOperations } from './robots.ts';
import { roleOperations } from './roles.ts';
import { sessionOperations } from './sessions.ts';
import { repositoryOperations } from './repositories.ts';
import { systemOperations } from './system.ts';
import { tagOperations } from './tags.ts';
import { trashOperations } from './trash.ts';
import { userOperations } from './users.ts';

const contentOperations = {
  ...repositoryOperations,
  ...artifactOperations,
  ...archiveOperations,
  ...fileOperations,
  ...tagOperations,
  ...labelOperations,
  ...trashOperations,
} as const;

/** Every operation that Berth implements, by Harbor's operationId. */
export const OPERATIONS = {
  ...systemOperations,
  ...certificateOperations,
  ...garbageOperations,
  ...eventOperations,
  ...jobOperations,
  ...policyOperations,
  ...contentOperations,
  ...projectOperations,
  ...memberOperations,
  ...userOperations,
  ...robotOperations,
  ...accessTokenOperations,
  ...groupOperations,
  ...roleOperations,
  ...sessionOperations,
} as const;
