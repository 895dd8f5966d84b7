import type { Endpoint } from './endpoint.ts';
import { createGcSchedule } from './garbage/create-gc-schedule.ts';
import { getGc } from './garbage/get-gc.ts';
import { getGcLog } from './garbage/get-gc-log.ts';
import { getGcNumbers } from './garbage/get-gc-numbers.ts';
import { getGcPolicy } from './garbage/get-gc-policy.ts';
import { getGcSchedule } from './garbage/get-gc-schedule.ts';
import { getGcUse } from './garbage/get-gc-use.ts';
import { listGcHistory } from './garbage/list-gc-history.ts';
import { stopGc } from './garbage/stop-gc.ts';
import { updateGcPolicy } from './garbage/update-gc-policy.ts';
import { updateGcSchedule } from './garbage/update-gc-schedule.ts';

/** Garbage collection. Those with a word where others have an id come first. */
export const GARBAGE_ENDPOINTS: readonly Endpoint[] = [
  getGcSchedule,
  createGcSchedule,
  updateGcSchedule,
  getGcPolicy,
  updateGcPolicy,
  getGcUse,
  getGcNumbers,
  listGcHistory,
  getGc,
  stopGc,
  getGcLog,
];
