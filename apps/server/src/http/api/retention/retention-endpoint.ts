import { can, mayKnowEveryProject } from '@berth/access';
import type { Operation } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { RetentionExecution, RetentionPolicy, RetentionTask } from '@berth/registry';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { type Call, type Endpoint, type Reply, signedIn } from '../endpoint.ts';

type CallOf<O> = O extends Operation<infer P, infer Q, infer B> ? Call<z.output<P>, z.output<Q>, z.output<B>> : never;
type Verb = 'create' | 'read' | 'update' | 'delete' | 'list' | 'operate';

/** An endpoint of one policy: who holds the right in its project. A policy that the caller may not see answers like one that does not exist. */
export function retentionEndpoint<O extends Operation>(
  operation: O,
  verb: Verb,
  handle: (call: CallOf<O>, policy: RetentionPolicy) => Promise<Reply>,
): Endpoint {
  return {
    operation,
    rule: { kind: 'retention', action: `tag-retention:${verb}` },
    authorize: async (call) => ({ account: signedIn(call), retention: await findPolicy(call, verb) }),
    handle: (call, { retention }) => {
      if (retention === undefined) throw new Error('An endpoint of retention was called without its policy.');
      return handle(call as CallOf<O>, retention);
    },
  };
}

async function findPolicy(call: Call, verb: Verb): Promise<RetentionPolicy> {
  const { id } = call.params as { id: number };
  const policy = await call.parts.policy.retention.find(id);
  if (policy !== undefined && (await mayInProject(call, verb, policy.projectId))) return policy;
  if (mayKnowEveryProject(call.actor)) throw noSuchPolicy();
  throw new ApiError(
    'FORBIDDEN',
    say('policy-not-allowed')`The policy does not exist, or you may not do this with it. Nothing was changed.`,
  );
}

/** Throws FORBIDDEN, or NOT_FOUND to those who may know every project. For what names its project in the body. */
export async function requireProject(call: Call, verb: Verb, projectId: number): Promise<void> {
  signedIn(call);
  if (await mayInProject(call, verb, projectId)) return;
  if (mayKnowEveryProject(call.actor))
    throw new ApiError('NOT_FOUND', say('no-such-project')`No such project exists. Nothing was changed.`);
  throw new ApiError(
    'FORBIDDEN',
    say('retention-not-allowed')`The project does not exist, or your role in it does not include its retention. Nothing was changed.`,
  );
}

async function mayInProject({ parts, actor }: Call, verb: Verb, projectId: number): Promise<boolean> {
  const standing = await parts.identity.stores.standings.inProjectId(projectId, actor.kind === 'user' ? actor.id : undefined);
  return standing !== undefined && can(actor, `tag-retention:${verb}`, standing);
}

export function noSuchPolicy(): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-policy')`No policy of retention has this id. Nothing was changed.`);
}

interface RunCall extends Pick<Call, 'parts'> {
  readonly params: { readonly id: number; readonly eid: number };
}

/** Throws NOT_FOUND. */
export async function findExecution({ parts, params }: RunCall): Promise<RetentionExecution> {
  const execution = await parts.policy.retention.execution(params.id, params.eid);
  if (execution === undefined) throw new ApiError('NOT_FOUND', say('policy-no-such-run')`The policy has no run with this id.`);
  return execution;
}

interface TaskCall extends Pick<Call, 'parts'> {
  readonly params: { readonly id: number; readonly eid: number; readonly tid: number };
}

/** Throws NOT_FOUND. */
export async function findTask(call: TaskCall): Promise<RetentionTask> {
  const { id } = await findExecution(call);
  const task = await call.parts.policy.retention.task(id, call.params.tid);
  if (task === undefined) throw new ApiError('NOT_FOUND', say('run-no-such-task')`The run has no task with this id.`);
  return task;
}
