import type { ProjectName, RepositoryName } from '@berth/oci';
import type { ContentEvent, EventPosition, SeenRetention, SeenStep } from '@berth/registry';
import { gcView } from '../http/api/garbage/gc-view.ts';
import { workRunView } from '../http/api/jobs/job-view.ts';
import { executionView } from '../http/api/retention/retention-view.ts';
import type { News } from './live-feed.ts';

/** One server-sent event, and of what it tells: a repository, the retention of a project, or the server as a whole. */
export interface Message {
  readonly repository?: RepositoryName;
  readonly retentionOf?: ProjectName;
  readonly text: string;
}

/** Steps before events, so that a push is complete when its manifest is told. Only events carry ids: steps are not told again. */
export function messagesOf({ events, steps }: { events: readonly ContentEvent[]; steps: readonly SeenStep[] }): Message[] {
  return [...steps.map(stepMessage), ...events.map(eventMessage)];
}

/** Runs carry no ids: a client that comes back asks for them as they are. */
export function runMessagesOf({ work, collections, retentions }: Pick<News, 'work' | 'collections' | 'retentions'>): Message[] {
  return [
    ...work.map((run) => ({ text: rendered('work', workRunView(run)) })),
    ...collections.map((run) => ({ text: rendered('collection', gcView(run)) })),
    ...retentions.map(retentionMessage),
  ];
}

export function positionText({ transaction, id }: EventPosition): string {
  return `${transaction}-${id}`;
}

/** undefined for what is none of ours. */
export function parsePosition(text: string | undefined): EventPosition | undefined {
  const match = /^(\d{1,19})-(\d{1,15})$/.exec(text ?? '');
  return match === null ? undefined : { transaction: match[1] as string, id: Number(match[2]) };
}

function eventMessage({ position, kind, repository, digest, tag, actorName, at }: ContentEvent): Message {
  const data = { kind, repository, digest, tag, actor: actorName, time: at.toISOString() };
  return { repository, text: rendered('content', data, positionText(position)) };
}

function stepMessage({ repository, part, state, actorName, digest, bytes, problem, at }: SeenStep): Message {
  return {
    repository,
    text: rendered('push', { repository, part, state, actor: actorName, digest, bytes, problem, time: at.toISOString() }),
  };
}

function retentionMessage(run: SeenRetention): Message {
  return { retentionOf: run.project, text: rendered('retention', { ...executionView(run), project: run.project }) };
}

/** JSON holds no line break of its own, so that one data line is enough. */
function rendered(event: string, data: object, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
