import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../../exit.ts';

export interface PlaceFlags {
  readonly passphraseFile?: string;
  readonly s3Endpoint?: string;
  readonly s3Region?: string;
}

const PASSPHRASE_VARIABLE = 'BERTH_BACKUP_PASSPHRASE_FILE';

/** Where backups are, and how they are opened. A flag with the passphrase itself is none, since other users see command lines. */
export function addPlaceFlags(command: Command): Command {
  return command
    .option('--passphrase-file <file>', `first line: the passphrase (${PASSPHRASE_VARIABLE}); without it an encrypted place asks for it`)
    .option('--s3-endpoint <url>', "for s3://: a store that is not Amazon's; default: that of the server's own S3 storage")
    .option('--s3-region <region>', 'for s3://: the region of the bucket');
}

/** What `@berth/server` takes. `asking` says whether a new passphrase is chosen, which is asked for twice. */
export function placeWish(place: string, { passphraseFile, s3Endpoint, s3Region }: PlaceFlags, choosing = false) {
  const file = passphraseFile ?? (process.env[PASSPHRASE_VARIABLE] || undefined);
  return {
    place,
    endpoint: s3Endpoint,
    region: s3Region,
    encrypted: file !== undefined,
    ask: async (): Promise<string> => (file === undefined ? askPassphrase(choosing) : readPassphrase(file)),
  };
}

function readPassphrase(file: string): string {
  let line: string;
  try {
    line = readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new UsageError(`The passphrase cannot be read from ${file}: ${(error as Error).message}.`);
  }
  if (line === '') throw new UsageError(`The first line of ${file} is empty; it should hold the passphrase.`);
  return line;
}

async function askPassphrase(choosing: boolean): Promise<string> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new UsageError(`There is no terminal to ask for the passphrase. Use --passphrase-file or ${PASSPHRASE_VARIABLE}.`);
  const { isCancel, password } = await import('@clack/prompts');
  const prompt = async (message: string): Promise<string> => {
    const answer = await password({ message, output: process.stderr });
    if (isCancel(answer)) throw new UsageError('Cancelled; nothing was changed.');
    return answer;
  };
  const first = await prompt('Passphrase of the backups');
  if (choosing && (await prompt('The same again')) !== first) throw new UsageError('The two passphrases differ; nothing was changed.');
  return first;
}
