import { WORK_PHASES } from '@berth/api-contract';
import type { BlobInventory, CheckSummary, StorageCheck, StorageProblem, WorkContext, WorkKind } from '@berth/registry';
import { WORK_KINDS } from './kinds.ts';

/** Of one run; more are only counted. */
const MAX_TOLD = 10_000;
const MIB = 1024 * 1024;
const DEFAULT_RATE_MIB = 32;

type Check = Pick<StorageCheck, 'fsck' | 'scrub'>;
type Totals = Pick<BlobInventory, 'totals'>;

/** Parameters: `mend` quarantines what is missing or short, `remove_orphans` removes what nothing knows. Without them it only tells. */
export function fsckWork(check: Check, inventory: Totals): WorkKind {
  return {
    name: WORK_KINDS.fsck,
    run: async (context) => {
      const { parameters, stopping } = context;
      const sum = await check.fsck({
        mend: parameters['mend'] === true,
        removeOrphans: parameters['remove_orphans'] === true,
        stopping,
        ...(await following(context, inventory, WORK_PHASES.comparing)),
      });
      return closing(sum, 'Database and storage agree.');
    },
  };
}

/** Parameters: `rate_mib`, what is read in a second at most. The regular scrub goes on from where this one ended. */
export function scrubWork(check: Check, inventory: Totals): WorkKind {
  return {
    name: WORK_KINDS.scrub,
    run: async (context) => {
      const { rate_mib: given } = context.parameters;
      const rate = (typeof given === 'number' && given > 0 ? given : DEFAULT_RATE_MIB) * MIB;
      const followed = await following(context, inventory, WORK_PHASES.reading);
      return closing(await check.scrub({ rate, stopping: context.stopping, ...followed }), 'Every blob that was read is right.');
    },
  };
}

async function following(
  { report }: WorkContext,
  inventory: Totals,
  phase: string,
): Promise<{ found(problem: StorageProblem): void; looked(sum: CheckSummary): void }> {
  const { blobs, bytes } = await inventory.totals();
  report({ phase, total: blobs, totalBytes: bytes });
  let told = 0;
  return {
    found: (problem) => {
      told += 1;
      report({ result: { problems: told }, ...(told > MAX_TOLD ? {} : { lines: [inWords(problem)] }) });
    },
    looked: (sum) => report({ done: sum.objects, bytes: sum.bytes }),
  };
}

function inWords({ problem, key, digest, done }: StorageProblem): string {
  return `${problem}: ${digest ?? key} (${done})`;
}

function closing({ objects, bytes, problems }: CheckSummary, right: string): string {
  const looked = `${objects} objects with ${bytes} bytes were looked at.`;
  return problems === 0 ? `${looked} ${right}` : `${looked} ${problems} problems were found; they are listed above.`;
}
