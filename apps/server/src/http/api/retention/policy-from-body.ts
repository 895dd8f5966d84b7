import type { retentionPolicyRequest } from '@berth/api-contract';
import { say, type Sentence } from '@berth/oci';
import { Cron, type NumberedRetentionRule, RETENTION_TEMPLATES, type RetentionTemplate, type Selector } from '@berth/registry';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { selectorsOf } from '../selectors.ts';

type Body = z.output<typeof retentionPolicyRequest>;
type GivenSelector = Body['rules'][number]['tag_selectors'][number];

const MAX_AMOUNT = 15_000;
const MAX_LABEL = 128;

/** Rules and schedule of a body. Throws BAD_REQUEST with the reason. */
export function policyFromBody(body: Body): { readonly rules: readonly NumberedRetentionRule[]; readonly cron: string } {
  if (body.algorithm !== undefined && body.algorithm !== null && body.algorithm !== '' && body.algorithm !== 'or')
    throw refused(say('policy-algorithm')`the algorithm is "or": an artifact stays when any rule keeps it`);
  if (body.scope.level !== undefined && body.scope.level !== null && body.scope.level !== '' && body.scope.level !== 'project')
    throw refused(say('policy-scope')`the level of its scope is "project"`);
  const rules = body.rules.map((rule, index) => ruleOf(rule, index + 1));
  const seen = new Set<string>();
  for (const { id: _id, priority: _priority, disabled: _disabled, ...meaning } of rules) {
    const text = JSON.stringify(meaning);
    if (seen.has(text)) throw refused(say('policy-same-rule')`it has the same rule twice`);
    seen.add(text);
  }
  return { rules, cron: cronOf(body) };
}

function ruleOf(given: Body['rules'][number], number: number): NumberedRetentionRule {
  const { template } = given;
  if (!isTemplate(template))
    throw refused(
      say(
        'policy-template',
      )`rule ${{ number }} has the template ${{ template: JSON.stringify(template) }}, which is none of ${{ known: Object.keys(RETENTION_TEMPLATES).join(', ') }}`,
    );
  if (given.action !== undefined && given.action !== null && given.action !== '' && given.action !== 'retain')
    throw refused(say('policy-action')`the action of rule ${{ number }} is "retain"`);
  return {
    id: number,
    priority: given.priority ?? number,
    disabled: given.disabled ?? false,
    template,
    amount: amountOf(template, given.params?.[template], number),
    tagSelectors: given.tag_selectors.flatMap(tagSelectorOf),
    repositorySelectors: selectorsOf(given.scope_selectors?.['repository'] ?? [{}], ['repoMatches', 'repoExcludes']),
  };
}

function isTemplate(text: string): text is RetentionTemplate {
  return Object.hasOwn(RETENTION_TEMPLATES, text);
}

function amountOf(template: RetentionTemplate, given: unknown, number: number): number {
  const unit = RETENTION_TEMPLATES[template];
  if (unit === undefined) return 0;
  // Some clients send numbers as text.
  const amount = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
  if (typeof amount === 'number' && Number.isInteger(amount) && amount >= 1 && amount <= MAX_AMOUNT) return amount;
  throw refused(
    say(
      'policy-amount',
    )`rule ${{ number }} needs params: { "${{ template }}": NUMBER }, a whole number of ${{ unit }} from 1 to ${{ most: MAX_AMOUNT }}`,
  );
}

function tagSelectorOf(given: GivenSelector): readonly Selector[] {
  if (given.kind !== 'label') return selectorsOf([given], ['matches', 'excludes']);
  const { decoration = 'withLabels', pattern = '' } = given;
  if (decoration !== 'withLabels' && decoration !== 'withoutLabels')
    throw refused(say('policy-label-decoration')`a selector of labels has the decoration withLabels or withoutLabels`);
  if (pattern === '' || pattern.length > MAX_LABEL)
    throw refused(say('policy-label-name')`a selector of labels needs the name of a label as its pattern`);
  return [{ kind: 'label', decoration, pattern }];
}

function cronOf({ trigger }: Body): string {
  const cron = trigger?.settings?.['cron'];
  if (cron === undefined || cron === null || cron === '') return '';
  if (typeof cron === 'string' && Cron.parse(cron) !== undefined) return cron.trim();
  throw refused(say('policy-cron')`its cron needs six fields with 0 for the second, as in "0 30 2 * * *"`);
}

function refused(why: Sentence): ApiError {
  return new ApiError('BAD_REQUEST', { ...why, text: `The policy cannot be used: ${why.text}. Nothing was changed.` });
}
