import { can, decideSystem, mayKnowEveryProject, type Robot } from '@berth/access';
import type { Operation } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { type Call, type Endpoint, type Reply, signedIn } from '../endpoint.ts';

type CallOf<O> = O extends Operation<infer P, infer Q, infer B> ? Call<z.output<P>, z.output<Q>, z.output<B>> : never;
type Verb = 'create' | 'read' | 'update' | 'delete' | 'list';

/**
 * An endpoint of one robot account: who holds the right in its project, or for robots of the system there. A robot that the caller may not
 * see answers like one that does not exist.
 */
export function robotEndpoint<O extends Operation>(
  operation: O,
  verb: Verb,
  handle: (call: CallOf<O>, robot: Robot) => Promise<Reply>,
): Endpoint {
  return {
    operation,
    rule: { kind: 'robot', action: `robot:${verb}` },
    authorize: async (call) => ({ account: signedIn(call), robot: await findRobot(call, verb) }),
    handle: (call, { robot }) => {
      if (robot === undefined) throw new Error('A robot endpoint was called without its robot.');
      return handle(call as CallOf<O>, robot);
    },
  };
}

async function findRobot(call: Call, verb: Verb): Promise<Robot> {
  signedIn(call);
  const { robot_id: id } = call.params as { robot_id: number };
  const robot = await call.parts.identity.stores.robots.find(id);
  if (robot !== undefined && (await mayAtLevel(call, verb, robot.projectId))) return robot;
  if (mayKnowEveryProject(call.actor)) throw noSuchRobot();
  throw new ApiError(
    'FORBIDDEN',
    say('robot-not-allowed')`The robot account does not exist, or you may not do this with it. Nothing was changed.`,
  );
}

/** `projectId` undefined: robots of the system. */
export async function mayAtLevel({ parts, actor }: Call, verb: Verb, projectId: number | undefined): Promise<boolean> {
  if (projectId === undefined) return verb === 'update' ? mayKnowEveryProject(actor) : decideSystem(actor, `robot:${verb}`).allowed;
  const standing = await parts.identity.stores.standings.inProjectId(projectId, actor.kind === 'user' ? actor.id : undefined);
  return can(actor, `robot:${verb}`, standing);
}

export function noSuchRobot(): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-robot')`No robot account has this id. Nothing was changed.`);
}
