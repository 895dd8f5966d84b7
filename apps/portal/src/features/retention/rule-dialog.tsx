import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { NativeSelect, Switch, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { EVERYTHING, scopeOf, selectorsOf, takesUntagged } from '../../shared/policies/rule-scope.ts';
import { ScopeFields } from '../../shared/policies/scope-fields.tsx';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { isAmount, type RuleDraft, TEMPLATE_NAMES, TEMPLATES, type Template } from './policy-draft.ts';

export interface RuleDialogProps {
  readonly rule: RuleDraft;
  readonly isNew: boolean;
  readonly onClose: () => void;
  readonly onDone: (rule: RuleDraft) => void;
}

/** One rule of the draft. Nothing is sent: the policy is saved as a whole. */
export function RuleDialog({ rule, isNew, onClose, onDone }: RuleDialogProps): ReactNode {
  const { t } = useText();
  const [template, setTemplate] = useState<Template>(rule.template);
  const [typed, setTyped] = useState(String(rule.amount || 10));
  const [scope, setScope] = useState(scopeOf(rule) ?? EVERYTHING);
  const [untagged, setUntagged] = useState(takesUntagged(rule.tag_selectors));
  const unit = TEMPLATES[template];
  const amount = Number(typed);
  const wrong = unit !== undefined && !isAmount(amount);
  const done = async (): Promise<void> => {
    onDone({ template, amount: unit === undefined ? 0 : amount, disabled: rule.disabled, ...selectorsOf(scope, untagged) });
  };
  return (
    <FormDialog
      title={t(isNew ? 'retention.addRule' : 'retention.editRule')}
      onClose={onClose}
      onSubmit={done}
      submitLabel={t(isNew ? 'action.add' : 'action.apply')}
      disabled={wrong || scope.tags.pattern.trim() === '' || scope.repositories.pattern.trim() === ''}
    >
      <ScopeFields value={scope} onChange={setScope} />
      <Text size="xs" c="dimmed">
        {t('rules.patternHelp')}
      </Text>
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
          error={wrong ? t('retention.amountWrong') : undefined}
          maxLength={5}
        />
      )}
    </FormDialog>
  );
}
