import type { RightSet } from './rights.ts';

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
  /** Present when a narrowed personal access token speaks for the user: of the user's rights, these only. */
  readonly limit?: RightSet;
}

export interface RobotActor {
  readonly kind: 'robot';
  readonly id: number;
  /** With its prefix, as it signs in. */
  readonly name: string;
  readonly rights: RightSet;
}

export const ANONYMOUS: AnonymousActor = { kind: 'anonymous' };

/** `user:<id>`, `robot:<id>` or `anonymous`: the name under which other packages remember an actor. */
export function actorKey(actor: Actor): string {
  return actor.kind === 'anonymous' ? 'anonymous' : `${actor.kind}:${actor.id}`;
}
