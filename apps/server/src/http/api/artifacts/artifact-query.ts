import type { ArtifactQuery } from '@berth/registry';
import { parseConditions, parseSort } from '../list-query.ts';
import { idSet, takeStructured, timeRange } from '../list-values.ts';
import { type PageQuery, pageRequest } from '../paging.ts';
import type { ShownDetail } from './artifact-view.ts';

const SORT_FIELDS = {
  id: 'id',
  push_time: 'pushedAt',
  creation_time: 'pushedAt',
  pull_time: 'pulledAt',
  digest: 'digest',
  repository_name: 'repository',
};

const FIELDS = ['tags', 'digest', 'type', 'media_type', 'artifact_type', 'labels', 'pinned'] as const;

type ListQuery = PageQuery & {
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly with_tag: boolean;
  readonly with_label: boolean;
  readonly with_accessory: boolean;
};

export function shownDetail(query: Pick<ListQuery, 'with_tag' | 'with_label' | 'with_accessory'>): ShownDetail {
  return { tags: query.with_tag, labels: query.with_label, accessories: query.with_accessory };
}

/**
 * Conditions of the lists of artifacts: `tags=*` for tagged, `tags=nil` for untagged, `tags=v1`, `tags=~v`, `labels=(1 2)` for all of them,
 * `push_time=[from~to]`, `pull_time`, `digest`, `type`, `media_type` (of the manifest), `artifact_type`, `pinned=true`.
 */
export function artifactQuery(query: ListQuery, where: ArtifactQuery['where']): ArtifactQuery {
  const { rest, values } = takeStructured(query.q, ['labels', 'push_time', 'pull_time']);
  const conditions = parseConditions(rest, FIELDS);
  const [pushed, pulled, labels] = [values.get('push_time'), values.get('pull_time'), values.get('labels')];
  const exact = (field: (typeof FIELDS)[number]): string | undefined => conditions.get(field)?.value;
  const [digest, type, mediaType, artifactType, label, pinned] = [
    exact('digest'),
    exact('type'),
    exact('media_type'),
    exact('artifact_type'),
    exact('labels'),
    exact('pinned'),
  ];
  return {
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...shownDetail(query),
    where,
    ...tagCondition(conditions.get('tags')),
    ...(digest === undefined ? {} : { digest }),
    ...(type === undefined ? {} : { type: type.toUpperCase() }),
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(labels !== undefined
      ? { labelIds: idSet(labels, 'labels') }
      : label !== undefined
        ? { labelIds: idSet(`(${label})`, 'labels') }
        : {}),
    ...(pinned === undefined ? {} : { pinned: pinned === 'true' }),
    ...(pushed === undefined ? {} : { pushed: timeRange(pushed, 'push_time') }),
    ...(pulled === undefined ? {} : { pulled: timeRange(pulled, 'pull_time') }),
  };
}

function tagCondition(
  condition: { readonly value: string; readonly fuzzy: boolean } | undefined,
): Pick<ArtifactQuery, 'tag' | 'tagPart' | 'tagged'> {
  if (condition === undefined) return {};
  if (condition.fuzzy) return { tagPart: condition.value };
  if (condition.value === '*') return { tagged: true };
  if (condition.value === 'nil') return { tagged: false };
  return { tag: condition.value };
}
