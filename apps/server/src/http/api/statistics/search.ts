import { MAX_SEARCH_HITS, OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';
import { projectViews } from '../projects/project-view.ts';

export const search = publicEndpoint(OPERATIONS.search, async (call) => {
  const { parts, actor, query } = call;
  // Who has more hits than this asks more exactly.
  const limit = query.limit ?? MAX_SEARCH_HITS;
  const hits = await parts.policy.search.find({ text: query.q, scope: await parts.identity.standings.visible(actor), limit });
  const { items } =
    hits.projectIds.length === 0
      ? { items: [] }
      : await parts.identity.stores.projects.list({ scope: 'everything', ids: hits.projectIds, page: 1, pageSize: limit });
  return {
    json: {
      project: await projectViews(call, items),
      repository: hits.repositories.map((hit) => ({
        project_id: hit.projectId,
        project_name: hit.projectName,
        project_public: hit.projectPublic,
        repository_name: hit.name,
        pull_count: hit.pullCount,
        artifact_count: hit.artifactCount,
      })),
      tag: hits.tags.map(({ projectId, repository, tag, digest }) => ({ project_id: projectId, repository_name: repository, tag, digest })),
      artifact: hits.manifests.map(({ projectId, repository, digest }) => ({ project_id: projectId, repository_name: repository, digest })),
    },
  };
});
