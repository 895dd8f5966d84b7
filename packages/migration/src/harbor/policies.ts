import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import { immutableRule, project, type Project, quota, type RetentionPolicy, retentionPolicy, type Rule } from './models.ts';

/** Copies the rules about tags that may not change. What a rule says counts, not its number. */
export async function copyImmutableRules({ source, destination, report }: HarborCopy, pair: ProjectPair): Promise<void> {
  const there = new Set<string>();
  if (pair.destinationId !== undefined)
    for await (const rule of destination.list(`/projects/${pair.destinationId}/immutabletagrules`, immutableRule))
      there.add(meaningOf(rule));
  for await (const rule of source.list(`/projects/${pair.sourceId}/immutabletagrules`, immutableRule)) {
    if (there.has(meaningOf(rule))) report.count('immutable rule', 'there');
    else
      await report.make('immutable rule', pair.name, () =>
        destination.create(`/projects/${String(pair.destinationId)}/immutabletagrules`, bodyOf(rule)),
      );
  }
}

export async function copyRetention({ source, destination, report }: HarborCopy, pair: ProjectPair, from: Project): Promise<void> {
  const policy = await policyOf(source, from);
  if (policy === undefined || policy.rules.length === 0) return;
  const here = pair.destinationId === undefined ? undefined : await destination.find(`/projects/${pair.destinationId}`, project);
  const known = here === undefined ? undefined : await policyOf(destination, here);
  if (known !== undefined) {
    report.count('retention policy', 'there');
    if (policyMeaning(known) !== policyMeaning(policy))
      report.differs('retention policy', pair.name, 'It has other rules here; it was left so.');
    return;
  }
  const body = {
    ...{ algorithm: 'or', scope: { level: 'project', ref: pair.destinationId } },
    rules: policy.rules.map(bodyOf),
    trigger: { kind: 'Schedule', settings: { cron: policy.trigger?.settings?.cron ?? '' }, references: {} },
  };
  await report.make('retention policy', pair.name, () => destination.create('/retentions', body));
  if (policy.rules.some(({ template }) => /push|pull/i.test(template)))
    report.differs(
      'retention policy',
      pair.name,
      'It counts pushes and pulls: here they begin with the copy, not with those at the source.',
    );
}

async function policyOf(api: HarborCopy['source'], { metadata }: Project): Promise<RetentionPolicy | undefined> {
  const id = metadata['retention_id'];
  return typeof id === 'string' && /^[1-9]\d*$/.test(id) ? api.find(`/retentions/${id}`, retentionPolicy) : undefined;
}

/** When all content is there: until then nothing is refused for it. A limit that somebody set here stays. */
export async function copyQuota({ source, destination, report }: HarborCopy, pair: ProjectPair): Promise<void> {
  const wanted = await quotaOf(source, pair.sourceId);
  const storage = wanted?.hard.storage ?? -1;
  if (storage <= 0) return;
  const known = pair.destinationId === undefined ? undefined : await quotaOf(destination, pair.destinationId);
  const limit = known?.hard.storage ?? -1;
  if (limit === storage) return report.count('quota', 'there');
  if (limit > 0) {
    report.count('quota', 'there');
    return report.differs('quota', pair.name, `It is ${storage} bytes at the source and ${limit} here; it was left so.`);
  }
  if (!report.dryRun && known === undefined) return report.differs('quota', pair.name, 'The destination shows no quota of it: not copied.');
  await report.make('quota', pair.name, () => destination.update(`/quotas/${String(known?.id)}`, { hard: { storage } }));
}

async function quotaOf(api: HarborCopy['source'], projectId: number) {
  const [first] = await api.all('/quotas', quota, { reference: 'project', reference_id: projectId });
  return first;
}

function bodyOf({ disabled, action, template, params, tag_selectors, scope_selectors }: Rule): Record<string, unknown> {
  const scopes = Object.entries(scope_selectors ?? {}).map(([of, list]) => [of, list.map(withoutEmpty)] as const);
  return {
    ...{ disabled, action, template, params: params ?? {} },
    ...{ tag_selectors: tag_selectors.map(withoutEmpty), scope_selectors: Object.fromEntries(scopes) },
  };
}

function withoutEmpty(selector: Rule['tag_selectors'][number]): Record<string, string> {
  return Object.fromEntries(Object.entries(selector).filter(([, value]) => value !== ''));
}

function policyMeaning({ rules, trigger }: RetentionPolicy): string {
  return [...rules.map(meaningOf).sort(), trigger?.settings?.cron ?? ''].join('\n');
}

/** The same text for rules that do the same, whichever defaults a server writes out. */
function meaningOf({ disabled, template, params, tag_selectors, scope_selectors }: Rule): string {
  const selectors = (list: Rule['tag_selectors']): unknown =>
    list.map(({ kind, decoration, pattern, extras }) => [kind, decoration, pattern, extras]);
  return JSON.stringify([
    disabled,
    template,
    params?.[template] ?? 0,
    selectors(tag_selectors),
    selectors(scope_selectors?.['repository'] ?? []),
  ]);
}
