import { type Actor, decideSystem, subjectOf } from '@berth/access';
import { eventTopics, OPERATIONS } from '@berth/api-contract';
import { parseProjectName, parseRepositoryName, say } from '@berth/oci';
import { LiveStream, type Topic, type Watcher } from '../../../live/live-stream.ts';
import { parsePosition } from '../../../live/messages.ts';
import { ApiError } from '../api-error.ts';
import { type Call, principalEndpoint } from '../endpoint.ts';

/** Topics that tell of the server as a whole, and what one must be allowed to watch them: what lists of these runs ask for. */
const SYSTEM_TOPICS = { work: 'jobservice-monitor:list', collection: 'garbage-collection:list' } as const;

/** Everyone who signed in may watch; each is told of what he may pull, and of the retention that he may see. */
export const watchEvents = principalEndpoint(OPERATIONS.watchEvents, async (call, principal) => {
  const { parts, request, response, actor, query } = call;
  const topics = topicsOf(query.topic);
  const denied = deniedTopic(actor, topics);
  if (denied !== undefined)
    throw new ApiError(
      'FORBIDDEN',
      say(
        'watching-not-allowed',
      )`Watching ${{ topic: denied }} needs the right ${{ right: SYSTEM_TOPICS[denied] }}, which system administrators have.`,
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
      return found !== undefined && deniedTopic(found.actor, topics) === undefined && isOpen(call);
    },
    maySee: async (repository) => {
      const living = await parts.identity.principals.find(subjectOf(principal));
      return (
        living !== undefined &&
        (await parts.identity.standings.allowingAt(living.actor, { action: 'repository:pull', repository })) !== undefined
      );
    },
    maySeeRetention: async (project) => {
      const living = await parts.identity.principals.find(subjectOf(principal));
      return living !== undefined && (await parts.identity.standings.allowing(living.actor, 'tag-retention:read', project)) !== undefined;
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

function deniedTopic(actor: Actor, topics: ReadonlySet<Topic>): keyof typeof SYSTEM_TOPICS | undefined {
  return (['work', 'collection'] as const).find((topic) => topics.has(topic) && !decideSystem(actor, SYSTEM_TOPICS[topic]).allowed);
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
