import { type Actor, actorKey } from '@berth/access';
import type { ActorKey } from '@berth/registry';

/** The name under which the registry remembers who did something. */
export function keyOfActor(actor: Actor): ActorKey {
  return actorKey(actor) as ActorKey;
}
