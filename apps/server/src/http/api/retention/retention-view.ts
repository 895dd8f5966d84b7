import type { retentionDecision, retentionExecution, retentionMetadata, retentionPolicy, retentionTask } from '@berth/api-contract';
import { sentenceNameOf } from '@berth/oci';
import {
  RETENTION_TEMPLATES,
  type RetentionExecution,
  type RetentionOutcome,
  type RetentionPolicy,
  type RetentionRemoval,
  type RetentionTask,
  SELECTOR_KINDS,
} from '@berth/registry';
import type { z } from 'zod';

/** Harbor's RetentionPolicy. */
export function policyView({ id, projectId, rules, cron }: RetentionPolicy): z.output<typeof retentionPolicy> {
  return {
    id,
    algorithm: 'or',
    rules: rules.map((rule) => ({
      ...{ id: rule.id, priority: rule.priority, disabled: rule.disabled, action: 'retain', template: rule.template },
      params: RETENTION_TEMPLATES[rule.template] === undefined ? {} : { [rule.template]: rule.amount },
      tag_selectors: [...rule.tagSelectors],
      scope_selectors: { repository: [...rule.repositorySelectors] },
    })),
    trigger: { kind: 'Schedule', settings: { cron }, references: {} },
    scope: { level: 'project', ref: projectId },
  };
}

export function executionView(run: RetentionExecution): z.output<typeof retentionExecution> {
  return {
    id: run.id,
    policy_id: run.policyId,
    start_time: run.startedAt.toISOString(),
    end_time: run.endedAt?.toISOString() ?? '',
    status: run.status,
    trigger: run.trigger,
    dry_run: run.dryRun,
    status_message: run.problem?.text ?? '',
    ...sentenceNameOf(run.problem),
  };
}

export function taskView(task: RetentionTask): z.output<typeof retentionTask> {
  return {
    id: task.id,
    execution_id: task.executionId,
    // Harbor leaves the project out.
    repository: task.repository.slice(task.repository.indexOf('/') + 1),
    job_id: String(task.id),
    status: task.status,
    status_code: 0,
    status_revision: Math.floor(task.startedAt.getTime() / 1000),
    start_time: task.startedAt.toISOString(),
    end_time: task.endedAt?.toISOString() ?? '',
    total: task.total,
    retained: task.retained,
  };
}

const OUTCOMES: Readonly<Record<RetentionRemoval, string>> = {
  removed: 'Moved to the trash.',
  absent: 'It was gone already.',
  changed: 'Kept: it was pushed, pulled or tagged since the run looked at it.',
  'in use': 'Kept: an index of the repository lists it.',
  immutable: 'Kept: an immutability rule holds one of its tags.',
  pinned: 'Kept: it was pinned since the run looked at it.',
};

export function decisionView({ digest, tags, action, reason, because, outcome }: RetentionOutcome): z.output<typeof retentionDecision> {
  return {
    ...{ digest, tags: [...tags], action, reason, because },
    ...(outcome === undefined ? {} : { outcome_code: outcome, outcome: OUTCOMES[outcome] }),
  };
}

const DISPLAY: Readonly<Record<keyof typeof RETENTION_TEMPLATES, string>> = {
  latestPushedK: 'the most recently pushed # artifacts',
  latestPulledN: 'the most recently pulled # artifacts',
  nDaysSinceLastPush: 'pushed within the last # days',
  nDaysSinceLastPull: 'pulled within the last # days',
  always: 'always',
};

const UNITS = { artifacts: 'COUNT', days: 'DAYS' } as const;

/** What rules can be made of. */
export function metadataView(): z.output<typeof retentionMetadata> {
  const kinds: Readonly<Record<string, string>> = { doublestar: '', regex: ' (regular expression)', semver: ' (versions)' };
  return {
    templates: Object.entries(RETENTION_TEMPLATES).map(([name, unit]) => ({
      rule_template: name,
      display_text: DISPLAY[name as keyof typeof RETENTION_TEMPLATES],
      action: 'retain',
      params: unit === undefined ? [] : [{ type: 'int', unit: UNITS[unit], required: true }],
    })),
    scope_selectors: SELECTOR_KINDS.map((kind) => ({
      ...{ display_text: `Repositories${kinds[kind] ?? ''}`, kind, decorations: ['repoMatches', 'repoExcludes'] },
    })),
    tag_selectors: [
      ...SELECTOR_KINDS.map((kind) => ({ display_text: `Tags${kinds[kind] ?? ''}`, kind, decorations: ['matches', 'excludes'] })),
      { display_text: 'Labels', kind: 'label', decorations: ['withLabels', 'withoutLabels'] },
    ],
  };
}
