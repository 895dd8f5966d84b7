import { decideSystem, subjectOf } from '@berth/access';
import { eventTopics, OPERATIONS } from '@berth/api-contract';
import { parseProjectName, parseRepositoryName, say } from '@berth/oci';
import { LiveStream, type Watcher } from '../../../live/live-stream.ts';
import { parsePosition } from '../../../live/messages.ts';
import { ApiError } from '../api-error.ts';
import { type Call, principalEndpoint } from '../endpoint.ts';

type Topic = (typeof eventTopics)[number];

/** Everyone who signed in may watch; each is told what he may pull. */
export const watchEvents = principalEndpoint(OPERATIONS.watchEvents, async (call, principal) => {
  const { parts, request, response, actor, query } = call;
  const topics = topicsOf(query.topic);
  if (topics.has('work') && !decideSystem(actor, 'jobservice-monitor:list').allowed)
    throw new ApiError(
      'FORBIDDEN',
      say('watching-not-allowed')`Watching long work needs the right jobservice-monitor:list, which system administrators have.`,
    );
  const scope = scopeOf(query);
  const leave = parts.live.admit(actor);
  if (leave === undefined)
    throw new ApiError(
      'TOO_MANY_REQUEST',
      say('watching-too-much')`Too many pages of yours watch already. Close one, or try again in a minute.`,
      {
        headers: { 'retry-after': '60' },
      },
    );
  const gone = new AbortController();
  response.once('close', () => {
    leave();
    gone.abort();
  });
  if (response.destroyed) leave();
  const after = parsePosition(request.get('last-event-id') ?? query.after);
  const watcher: Watcher = {
    mayStay: async () => {
      const found = await parts.identity.principals.find(subjectOf(principal));
      return found !== undefined && (!topics.has('work') || decideSystem(found.actor, 'jobservice-monitor:list').allowed) && isOpen(call);
    },
    maySee: async (repository) => {
      const living = await parts.identity.principals.find(subjectOf(principal));
      return (
        living !== undefined &&
        (await parts.identity.standings.allowingAt(living.actor, { action: 'repository:pull', repository })) !== undefined
      );
    },
  };
  const stream = new LiveStream({ scope, topics, after }, { ...parts.live, watcher, gone: gone.signal });
  return {
    // Proxies must hand on each event at once.
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
    stream: stream.text(),
  };
});

/** A session that was ended ends its streams too; a password is proved by the account's version alone. */
async function isOpen({ parts, request }: Pick<Call, 'parts' | 'request'>): Promise<boolean> {
  return request.headers.authorization !== undefined || parts.identity.sessions.isOpen(request);
}

function topicsOf(text: string | undefined): ReadonlySet<Topic> {
  const names = (text ?? 'content,push').split(',');
  const topics = names.map((name) => eventTopics.find((topic) => topic === name));
  if (topics.includes(undefined))
    throw new ApiError('BAD_REQUEST', say('topic-unknown')`topic takes ${{ known: eventTopics.join(', ') }}, joined by commas.`);
  return new Set(topics as Topic[]);
}

/** Throws NAME_INVALID (400). */
function scopeOf({
  project,
  repository,
}: {
  readonly project?: string | undefined;
  readonly repository?: string | undefined;
}): string | undefined {
  if (repository !== undefined) return parseRepositoryName(repository);
  return project === undefined ? undefined : parseProjectName(project);
}
