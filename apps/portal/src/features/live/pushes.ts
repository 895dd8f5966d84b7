import type { contentEvent, pushEvent } from '@berth/api-contract';
import type { z } from 'zod';

export type PushStep = z.output<typeof pushEvent>;
export type Committed = z.output<typeof contentEvent>;

/** One part of a push as it is now. */
export interface Part extends PushStep {
  /** When it was first told, and the bytes of then: what the rate is made of. Milliseconds since the epoch. */
  readonly since: number;
  readonly sinceBytes: number;
}

/** A push to one repository, as far as it was watched. */
export interface Push {
  readonly repository: string;
  readonly actor: string;
  readonly parts: readonly Part[];
  /** What was accepted: tags, or digests where there is no tag. */
  readonly accepted: readonly string[];
  readonly refused: string | undefined;
  /** Of the last news; milliseconds since the epoch. */
  readonly at: number;
}

export type Pushes = readonly Push[];

/** Pushes that are shown at once; parts of one push. */
const MAX_PUSHES = 5;
const MAX_PARTS = 100;
/** News after so long a silence is another push. */
const SILENCE_MS = 30_000;

export function withStep(pushes: Pushes, step: PushStep): Pushes {
  const at = Date.parse(step.time);
  const push = current(pushes, step, at);
  if (step.state === 'refused' && !push.parts.some(({ part }) => part === step.part))
    return put(pushes, { ...push, refused: step.problem, at });
  const known = push.parts.find(({ part }) => part === step.part);
  // A look whether it arrived, at what was just sent.
  const sent = push.parts.some(({ digest, state }) => digest === step.digest && digest !== undefined && state !== 'present');
  if (step.state === 'present' && sent) return put(pushes, { ...push, at });
  const part: Part = { ...step, since: known?.since ?? at, sinceBytes: known?.sinceBytes ?? step.bytes ?? 0 };
  const parts = known === undefined ? [...push.parts, part] : push.parts.map((each) => (each === known ? part : each));
  const refused = step.state === 'refused' ? step.problem : push.refused;
  return put(pushes, { ...push, parts: parts.slice(-MAX_PARTS), refused, at });
}

export function withCommit(pushes: Pushes, event: Committed): Pushes {
  if (event.kind !== 'manifest pushed') return pushes;
  const at = Date.parse(event.time);
  const push = current(pushes, event, at);
  const name = event.tag ?? event.digest ?? '';
  return put(pushes, { ...push, accepted: [...push.accepted.filter((each) => each !== name), name], refused: undefined, at });
}

/** What did not have to be sent. */
export function savedBytes({ parts }: Push): number {
  return parts.reduce((sum, { state, bytes }) => (state === 'mounted' || state === 'present' ? sum + (bytes ?? 0) : sum), 0);
}

export function sentBytes({ parts }: Push): number {
  return parts.reduce((sum, { state, bytes }) => (state === 'uploading' || state === 'stored' ? sum + (bytes ?? 0) : sum), 0);
}

/** Bytes per second since the part was first told; undefined before that can be said. */
export function rateOf({ bytes, since, sinceBytes, time }: Part): number | undefined {
  const seconds = (Date.parse(time) - since) / 1000;
  return bytes === undefined || seconds < 0.4 ? undefined : (bytes - sinceBytes) / seconds;
}

/** The push that news belongs to: of the same person to the same repository, unless that one is over. */
function current(pushes: Pushes, { repository, actor }: Pick<PushStep, 'repository' | 'actor'>, at: number): Push {
  const last = pushes.find((push) => push.repository === repository && push.actor === actor);
  if (last !== undefined && at - last.at < SILENCE_MS) return last;
  return { repository, actor, parts: [], accepted: [], refused: undefined, at };
}

function put(pushes: Pushes, push: Push): Pushes {
  const others = pushes.filter(({ repository, actor }) => repository !== push.repository || actor !== push.actor);
  return [push, ...others].slice(0, MAX_PUSHES);
}
