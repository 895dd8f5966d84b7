/** Who makes a request. */
export type Actor = AnonymousActor | UserActor | RobotActor;

export interface AnonymousActor {
  readonly kind: 'anonymous';
}

export interface UserActor {
  readonly kind: 'user';
  readonly id: number;
  readonly name: string;
  readonly systemAdmin: boolean;
}

/** Robot accounts arrive with the access API; the seam is here so that nothing needs to know later. */
export interface RobotActor {
  readonly kind: 'robot';
  readonly id: number;
  readonly name: string;
}

export const ANONYMOUS: AnonymousActor = { kind: 'anonymous' };

/** `user:<id>`, `robot:<id>` or `anonymous`: the name under which other packages remember an actor. */
export function actorKey(actor: Actor): string {
  return actor.kind === 'anonymous' ? 'anonymous' : `${actor.kind}:${actor.id}`;
}
