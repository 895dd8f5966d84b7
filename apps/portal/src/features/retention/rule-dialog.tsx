import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { Alert, NativeSelect, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { usableLabelsQuery } from '../../shared/content/usable-labels.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords } from '../../shared/i18n/refusals.ts';
import {
  isAtField,
  type RuleSelectors,
  repositoriesOf,
  selectorFault,
  takesUntagged,
  withUntagged,
} from '../../shared/policies/rule-scope.ts';
import { SelectorFields } from '../../shared/policies/selector-fields.tsx';
import { useOpenProject } from '../../shared/session/project.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { isAmount, type RuleDraft, TEMPLATE_NAMES, TEMPLATES, type Template } from './policy-draft.ts';
import { previewQuery, type RetentionPreview } from './queries.ts';

const AFTER_MS = 300;

export interface RuleDialogProps {
  readonly rule: RuleDraft;
  readonly isNew: boolean;
  readonly onClose: () => void;
  readonly onDone: (rule: RuleDraft) => void;
}

/** One rule of the draft, with what it does by itself while it is written. Nothing is sent: the policy is saved as a whole. */
export function RuleDialog({ rule, isNew, onClose, onDone }: RuleDialogProps): ReactNode {
  const { t } = useText();
  const { project_id: projectId } = useOpenProject();
  const [template, setTemplate] = useState<Template>(rule.template);
  const [typed, setTyped] = useState(String(rule.amount || 10));
  const [selectors, setSelectors] = useState<RuleSelectors>(rule);
  const [untagged, setUntagged] = useState(takesUntagged(rule.tag_selectors));
  const labels = useQuery(usableLabelsQuery(projectId)).data?.map(({ name }) => name) ?? [];
  const unit = TEMPLATES[template];
  const amount = Number(typed);
  const wrongAmount = unit !== undefined && !isAmount(amount);
  const isWrong = wrongAmount || [...repositoriesOf(selectors), ...selectors.tag_selectors].some((one) => selectorFault(one) !== undefined);
  const made: RuleDraft = {
    ...{ template, amount: unit === undefined ? 0 : amount, disabled: rule.disabled },
    tag_selectors: tagsAsMeant(rule, selectors, untagged),
    scope_selectors: selectors.scope_selectors,
  };
  const [settled] = useDebouncedValue(made, AFTER_MS);
  const draft = { rules: [{ ...settled, disabled: false }], cron: '' };
  const preview = useQuery({ ...previewQuery(projectId, draft), enabled: !isWrong });
  return (
    <FormDialog
      title={t(isNew ? 'retention.addRule' : 'retention.editRule')}
      size="lg"
      onClose={onClose}
      onSubmit={async () => onDone(made)}
      submitLabel={t(isNew ? 'action.add' : 'action.apply')}
      disabled={isWrong}
    >
      <SelectorFields value={selectors} onChange={setSelectors} labels={labels} problem={preview.error} />
      <Switch label={t('retention.untagged')} checked={untagged} onChange={(event) => setUntagged(event.currentTarget.checked)} />
      <NativeSelect
        label={t('retention.template')}
        value={template}
        onChange={(event) => setTemplate(event.currentTarget.value as Template)}
        data={TEMPLATE_NAMES.map((name) => ({ value: name, label: t(`retention.t.${name}`, { amount: 'N' }) }))}
      />
      {unit === undefined ? null : (
        <TextInput
          inputMode="numeric"
          label={t(`retention.amount.${unit}`)}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={wrongAmount ? t('retention.amountWrong') : undefined}
          maxLength={5}
        />
      )}
      {isWrong || isAtField(preview.error, selectors) ? null : <Alone query={preview} />}
    </FormDialog>
  );
}

/** What was there stays as it was written unless the switch was turned. */
function tagsAsMeant(rule: RuleDraft, { tag_selectors: tags }: RuleSelectors, untagged: boolean): RuleSelectors['tag_selectors'] {
  return takesUntagged(tags) === untagged && tags.length === rule.tag_selectors.length ? tags : withUntagged(tags, untagged);
}

function Alone({ query: { data, error } }: { readonly query: UseQueryResult<RetentionPreview> }): ReactNode {
  const { t } = useText();
  if (error !== null) return <Alert color="red">{refusalInWords(t, error)}</Alert>;
  if (data === undefined) return null;
  const meant = data.repositories.filter(({ decisions }) => decisions[0]?.reason.code !== 'no rule here');
  const [kept, total] = [meant.reduce((sum, one) => sum + one.retained, 0), meant.reduce((sum, one) => sum + one.total, 0)];
  return (
    <Alert color={meant.length === 0 ? 'gray' : 'harbour'} title={t('retention.ruleAlone')} role="status">
      <Text size="sm">
        {meant.length === 0 ? t('retention.ruleNowhere') : t('retention.ruleKeeps', { kept, total, repositories: meant.length })}
      </Text>
    </Alert>
  );
}
