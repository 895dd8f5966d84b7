import { blobsAndRepositories } from './0002-blobs-and-repositories.ts';
import { manifestsAndTags } from './0003-manifests-and-tags.ts';
import { contentLists } from './0020-content-lists.ts';
import { labels } from './0021-labels.ts';
import { trash } from './0022-trash.ts';
import { projectMetadata } from './0030-project-metadata.ts';
import { quotas } from './0031-quotas.ts';
import { audit } from './0032-audit.ts';
import { tagRules } from './0033-tag-rules.ts';
import { collection } from './0040-collection.ts';
import { operation } from './0005-operation.ts';
import { outboxes } from './0004-outboxes.ts';
import { peopleAndProjects } from './0001-people-and-projects.ts';
import { robotsAndAccessTokens } from './0012-robots-and-access-tokens.ts';
import { rolesAndGroups } from './0011-roles-and-groups.ts';
import { sessions } from './0010-sessions.ts';
import { retention } from './0100-retention.ts';
import { workRuns } from './0101-work-runs.ts';
import { tagsByName } from './0102-tags-by-name.ts';
import { trashInQuotas } from './0103-trash-in-quotas.ts';
import { labelsInTrash } from './0104-labels-in-trash.ts';
import { retentionReasons } from './0105-retention-reasons.ts';
import { live } from './0150-live.ts';
import { dailyNumbers } from './0151-daily-numbers.ts';
import { generatedPasswords } from './0165-generated-passwords.ts';
import { backups } from './0140-backups.ts';
import { storageJournal } from './0120-storage-journal.ts';
import { layerIndexes } from './0200-layer-indexes.ts';
import { manifestPins } from './0240-manifest-pins.ts';
import { unlinkedBlobs } from './0275-unlinked-blobs.ts';
import { watchedRuns } from './0280-watched-runs.ts';
import { namedProblems } from './0281-named-problems.ts';
import { lostTags } from './0290-lost-tags.ts';
import { runLines } from './0300-run-lines.ts';
import { unlinkedAtOnce } from './0301-unlinked-at-once.ts';
import type { NamedMigration } from './named-migration.ts';

export type { NamedMigration } from './named-migration.ts';

/** Every migration in the order it runs. Append only: a released step is never edited, removed or reordered. */
export const migrations: readonly NamedMigration[] = [
  peopleAndProjects,
  blobsAndRepositories,
  manifestsAndTags,
  outboxes,
  operation,
  sessions,
  rolesAndGroups,
  robotsAndAccessTokens,
  contentLists,
  labels,
  trash,
  projectMetadata,
  quotas,
  audit,
  tagRules,
  collection,
  retention,
  workRuns,
  tagsByName,
  live,
  generatedPasswords,
  backups,
  dailyNumbers,
  storageJournal,
  trashInQuotas,
  labelsInTrash,
  retentionReasons,
  manifestPins,
  layerIndexes,
  unlinkedBlobs,
  watchedRuns,
  namedProblems,
  lostTags,
  runLines,
  unlinkedAtOnce,
];
