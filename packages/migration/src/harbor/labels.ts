import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import { label } from './models.ts';

/** Which label of the destination stands for which of the source, by id; undefined for one that would be made. */
export type LabelIds = Map<number, number | undefined>;

/** Copies the labels of the whole registry, or of one project, into `ids`. */
export async function copyLabels({ source, destination, report }: HarborCopy, ids: LabelIds, project?: ProjectPair): Promise<void> {
  const there = new Map<string, number>();
  if (project === undefined || project.destinationId !== undefined)
    for await (const { name, id } of destination.list('/labels', label, scopeOf(project?.destinationId))) there.set(name, id);
  for await (const { id, name, description, color } of source.list('/labels', label, scopeOf(project?.sourceId))) {
    const known = there.get(name);
    if (known !== undefined) report.count('label', 'there');
    const title = project === undefined ? name : `${project.name}: ${name}`;
    const body = { name, description, color, scope: project === undefined ? 'g' : 'p', project_id: project?.destinationId ?? 0 };
    ids.set(id, known ?? (await report.make('label', title, () => destination.create('/labels', body))));
  }
}

function scopeOf(projectId: number | undefined): Record<string, string | number> {
  return projectId === undefined ? { scope: 'g' } : { scope: 'p', project_id: projectId };
}
