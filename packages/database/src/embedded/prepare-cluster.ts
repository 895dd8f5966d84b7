import { carryOver, type CarryOverPlan } from './carry-over/carry-over.ts';
import { requireNothingKept } from './carry-over/carry-over-directory.ts';
import { readMajor } from './data-directory.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { initialiseCluster } from './initialise-cluster.ts';

export interface PreparePlan extends Omit<CarryOverPlan, 'from' | 'to'> {
  readonly cluster: string;
  /** A tree that runs, of `major`. */
  readonly binaries: string;
  readonly major: number;
}

/** Sees to it that `cluster` is one that `binaries` can serve: creates it, carries it over from an older major, or leaves it. True when it is new. */
export async function prepareCluster(plan: PreparePlan): Promise<boolean> {
  const { dataDir, cluster, binaries, major, identity, durable } = plan;
  const found = readMajor(cluster);
  if (found === undefined) {
    requireNothingKept(dataDir);
    const superuserPassword = plan.superuser.password;
    await initialiseCluster({ dataDir, cluster, binaries, major, identity, superuserPassword, durable });
  } else if (found > major) {
    throw new EmbeddedPostgresError(
      `The database in ${dataDir} was made by Postgres ${found}, and this Berth brings ${major}, which cannot read it. Start the newer version of Berth again. Nothing was changed.`,
    );
  } else if (found < major) {
    await carryOver({ ...plan, from: { major: found }, to: { major, binaries } });
  }
  return found === undefined;
}
