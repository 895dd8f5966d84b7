import { holdsContent } from '@berth/database';
import type { Config } from '../config.ts';
import type { Logger } from '../logging.ts';
import type { CommandAccess } from '../process/installation.ts';
import type { UpgradePlan } from '../upgrade.ts';
import { backUp } from './back-up.ts';
import { BackupError } from './backup-error.ts';
import { openPlace } from './open-place.ts';
import type { SealedPlace } from './parts.ts';
import { prepareEnvelopes } from './place-file.ts';
import { pruneBackups } from './prune.ts';

export interface BeforeUpgrade {
  readonly config: Config;
  readonly access: CommandAccess;
  readonly logger: Logger;
  readonly plan: UpgradePlan;
}

/** Below the configured place, so that pruning them never meets backups that somebody made himself. */
const FOLDER = 'before-upgrade';

/** Where the backups before upgrades are: a folder or an `s3://` URL, as `berth restore` takes it. */
export function upgradeBackupPlace({ upgrade }: Config): string {
  return `${upgrade.place.replace(/\/+$/, '')}/${FOLDER}`;
}

/**
 * Backs up the database, without the blobs, which no step touches, and says where. Keeps the last few of these backups. A database without
 * content is left out. Answers the place and the id, as `berth restore` takes them; undefined when there is no backup. Throws {@link BackupError} when it cannot and the configuration requires it: then nothing was changed.
 */
export async function backUpBeforeUpgrade({ config, access, logger, plan }: BeforeUpgrade): Promise<string | undefined> {
  const { backup, keep } = config.upgrade;
  const from = upgradeBackupPlace(config);
  if (!(await holdsContent(access.databaseUrl))) return undefined;
  if (backup === 'off') {
    logger.warn({ steps: plan.pending }, 'the schema is changed without a backup before, as BERTH_UPGRADE_BACKUP says');
    return undefined;
  }
  logger.info({ place: from, steps: plan.pending }, 'backing up the database before its schema is changed');
  const prune = async (sealed: SealedPlace): Promise<void> => {
    try {
      await pruneBackups(sealed, keep);
    } catch (error) {
      // The new one is there, which is what counts.
      logger.warn({ err: error, place: from }, 'older backups of this kind could not be taken away');
    }
  };
  try {
    const id = await write({ config, access, from, prune });
    logger.info(
      { place: from, backup: id },
      `the database as it was is kept; to go back to the version before: berth restore ${from} ${id} (docs/upgrade.md)`,
    );
    return `${from} ${id}`;
  } catch (error) {
    if (backup === 'required') throw new BackupError(refusal(from, error), { cause: error });
    logger.error({ err: error, place: from }, 'the backup before the upgrade failed; going on without, as BERTH_UPGRADE_BACKUP says');
    return undefined;
  }
}

interface Writing extends Pick<BeforeUpgrade, 'config' | 'access'> {
  readonly from: string;
  readonly prune: (sealed: SealedPlace) => Promise<void>;
}

async function write({ config, access, from, prune }: Writing): Promise<string> {
  const { databaseUrl, masterSecret } = access;
  const place = await openPlace({ place: from, make: true }, config);
  try {
    const sealed = { place, envelopes: await prepareEnvelopes(place, { encrypt: false, ask: askNobody }) };
    const secret = masterSecret === undefined ? undefined : { text: '', master: Buffer.from(masterSecret, 'base64') };
    const { id } = await backUp({
      ...{ to: sealed, databaseUrl, blobs: 'list' },
      secret,
      stopping: new AbortController().signal,
      progress: () => undefined,
    });
    await prune(sealed);
    return id;
  } finally {
    place.close();
  }
}

async function askNobody(): Promise<string> {
  throw new BackupError('A server that starts has nobody to ask for a passphrase');
}

function refusal(place: string, error: unknown): string {
  return (
    `The database needs to be brought up to date, and the backup before that failed: ${(error as Error).message.replace(/\.$/, '')}. Nothing was changed; ` +
    `the version before can be started again. Make room in ${place}, or name another place with BERTH_UPGRADE_BACKUP_PLACE, and start again. ` +
    'BERTH_UPGRADE_BACKUP=off goes without.'
  );
}
