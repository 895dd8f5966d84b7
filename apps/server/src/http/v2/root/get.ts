import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** end-1: "this is a registry, and your credential is good". */
export function getRoot(exchange: Exchange<Targets['root']>): void {
  exchange.json(200, [], {});
}
