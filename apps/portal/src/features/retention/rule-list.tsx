import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { ActionIcon, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { takesUntagged } from '../../shared/policies/rule-scope.ts';
import { ScopeText } from '../../shared/policies/scope-text.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { FIRST_RULE, type RuleDraft } from './policy-draft.ts';
import { RuleDialog } from './rule-dialog.tsx';

const MAX_RULES = 15;

export interface RuleListProps {
  readonly rules: readonly RuleDraft[];
  readonly mayChange: boolean;
  readonly onChange: (rules: readonly RuleDraft[]) => void;
}

interface NumberedRule extends RuleDraft {
  readonly index: number;
}

/** The rules of the draft. */
export function RuleList({ rules, mayChange, onChange }: RuleListProps): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState<number | undefined>();
  const put = (index: number, rule: RuleDraft): void => onChange(rules.length === index ? [...rules, rule] : rules.with(index, rule));
  const add =
    mayChange && rules.length < MAX_RULES ? (
      <Button leftSection={<IconPlus size={16} aria-hidden />} variant="default" onClick={() => setOpen(rules.length)}>
        {t('retention.addRule')}
      </Button>
    ) : null;
  const columns: Column<NumberedRule>[] = [
    {
      key: 'repositories',
      title: t('rules.repositories'),
      cell: ({ scope_selectors: scope }) => <ScopeText selectors={scope['repository'] ?? []} />,
    },
    {
      key: 'tags',
      title: t('rules.tags'),
      cell: ({ tag_selectors: tags }) => (
        <Stack gap={2}>
          <ScopeText selectors={tags} />
          {takesUntagged(tags) ? null : (
            <Text size="xs" c="dimmed">
              {t('retention.notTagged')}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      key: 'keep',
      title: t('retention.keep'),
      cell: ({ template, amount }) => <strong>{t(`retention.t.${template}`, { amount })}</strong>,
    },
  ];
  if (mayChange)
    columns.push({
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (rule) => (
        <RuleActions
          rule={rule}
          onEdit={() => setOpen(rule.index)}
          onToggle={() => put(rule.index, { ...rule, disabled: !rule.disabled })}
          onRemove={() => onChange(rules.toSpliced(rule.index, 1))}
        />
      ),
    });
  const numbered = rules.map((rule, index) => ({ ...rule, index }));
  return (
    <Section title={t('retention.rules')} actions={rules.length === 0 ? null : add}>
      {rules.length === 0 ? (
        // Rules are put together and looked at before they are saved as one policy: no command does that.
        <EmptyState
          title={t('retention.none')}
          sentence={t(mayChange ? 'retention.noneHelp' : 'retention.noneMayNot')}
          action={add}
          command={null}
        />
      ) : (
        <DataTable label={t('retention.rules')} columns={columns} rows={numbered} rowKey={({ index }) => index} />
      )}
      {open === undefined ? null : (
        <RuleDialog
          rule={rules[open] ?? FIRST_RULE}
          isNew={open >= rules.length}
          onClose={() => setOpen(undefined)}
          onDone={(rule) => put(open, rule)}
        />
      )}
    </Section>
  );
}

interface RuleActionsProps {
  readonly rule: NumberedRule;
  readonly onEdit: () => void;
  readonly onToggle: () => void;
  readonly onRemove: () => void;
}

function RuleActions({ rule, onEdit, onToggle, onRemove }: RuleActionsProps): ReactNode {
  const { t } = useText();
  const name = t('retention.ruleName', { number: rule.index + 1 });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Switch size="xs" checked={!rule.disabled} onChange={onToggle} aria-label={`${name}: ${t('immutable.on')}`} />
      <ActionIcon variant="subtle" color="gray" aria-label={`${name}: ${t('retention.editRule')}`} onClick={onEdit}>
        <IconPencil size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="red" aria-label={`${name}: ${t('retention.removeRule')}`} onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
