import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useText } from '../i18n/i18n.ts';
import { refusalInWords } from '../i18n/refusals.ts';
import {
  changedSelector,
  EVERYTHING,
  isAboutPattern,
  isExcluding,
  kindOf,
  patternOf,
  type RuleSelectors,
  repositoriesOf,
  SELECTOR_KINDS,
  type Selector,
  type SelectorChange,
  type SelectorKind,
  type SelectorSide,
  selectorFault,
} from './rule-scope.ts';
import { AS_TYPED } from '../ui/as-typed.ts';

const MAX_SELECTORS = 20;

export interface SelectorFieldsProps {
  readonly value: RuleSelectors;
  readonly onChange: (value: RuleSelectors) => void;
  /** Labels that artifacts may have; absent where rules do not know labels. */
  readonly labels?: readonly string[];
  /** The server's refusal of these selectors: it stands at the field of the pattern that it quotes. */
  readonly problem?: Error | null;
}

/** Which repositories and which tags a rule is about: any number of conditions, of every kind that the server has. */
export function SelectorFields({ value, onChange, labels, problem }: SelectorFieldsProps): ReactNode {
  const { t } = useText();
  const kinds = SELECTOR_KINDS.filter((kind) => kind !== 'label');
  return (
    <>
      <SelectorList
        side="repositories"
        label={t('rules.repositories')}
        kinds={kinds}
        selectors={repositoriesOf(value)}
        problem={problem}
        onChange={(repository) => onChange({ ...value, scope_selectors: { ...value.scope_selectors, repository } })}
      />
      <SelectorList
        side="tags"
        label={t('rules.tags')}
        kinds={labels === undefined ? kinds : SELECTOR_KINDS}
        selectors={value.tag_selectors}
        labels={labels}
        problem={problem}
        onChange={(tags) => onChange({ ...value, tag_selectors: tags })}
      />
    </>
  );
}

interface SelectorListProps {
  readonly side: SelectorSide;
  readonly label: string;
  readonly kinds: readonly SelectorKind[];
  readonly selectors: readonly Selector[];
  readonly labels?: readonly string[] | undefined;
  readonly problem: Error | null | undefined;
  readonly onChange: (selectors: readonly Selector[]) => void;
}

function SelectorList({ side, label, kinds, selectors, labels = [], problem, onChange }: SelectorListProps): ReactNode {
  const { t } = useText();
  const offered = useId();
  // A rule without a selector is about everything.
  const shown = selectors.length === 0 ? [EVERYTHING.tag_selectors[0] ?? {}] : selectors;
  const hints = new Set(shown.map(kindOf));
  return (
    <Stack gap={6} role="group" aria-label={label}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {shown.map((selector, index) => (
        <SelectorRow
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name; each field shows what is in its place
          key={index}
          name={index === 0 ? label : `${label} ${index + 1}`}
          selector={selector}
          kinds={kinds}
          offered={offered}
          problem={problem}
          onChange={(change) => onChange(shown.with(index, changedSelector(selector, side, change)))}
          onRemove={shown.length === 1 ? undefined : () => onChange(shown.toSpliced(index, 1))}
        />
      ))}
      <datalist id={offered}>
        {labels.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      {kinds
        .filter((kind) => hints.has(kind))
        .map((kind) => (
          <Text key={kind} size="xs" c="dimmed">
            {t(`rules.help.${kind}`)}
          </Text>
        ))}
      {shown.length < MAX_SELECTORS ? (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          aria-label={`${label}: ${t('rules.add')}`}
          onClick={() => onChange([...shown, changedSelector({}, side, { pattern: '' })])}
        >
          {t('rules.add')}
        </Button>
      ) : null}
    </Stack>
  );
}

interface SelectorRowProps {
  /** What the fields are called by, for those who do not see where they stand. */
  readonly name: string;
  readonly selector: Selector;
  readonly kinds: readonly SelectorKind[];
  /** Id of the list of labels. */
  readonly offered: string;
  readonly problem: Error | null | undefined;
  readonly onChange: (change: SelectorChange) => void;
  readonly onRemove: (() => void) | undefined;
}

function SelectorRow({ name, selector, kinds, offered, problem, onChange, onRemove }: SelectorRowProps): ReactNode {
  const { t } = useText();
  const [kind, pattern, fault] = [kindOf(selector), patternOf(selector), selectorFault(selector)];
  const refused = isAboutPattern(problem, selector) ? refusalInWords(t, problem) : undefined;
  const error = fault === undefined ? refused : t(`rules.fault.${fault}`);
  return (
    <Group gap="xs" align="flex-start" wrap="wrap">
      <NativeSelect
        flex="1 1 124px"
        miw={0}
        aria-label={`${name}: ${t('rules.relation')}`}
        value={isExcluding(selector) ? 'no' : 'yes'}
        onChange={(event) => onChange({ excluding: event.currentTarget.value === 'no' })}
        data={[
          { value: 'yes', label: t('rules.matching') },
          { value: 'no', label: t('rules.excluding') },
        ]}
      />
      <NativeSelect
        flex="1 1 124px"
        miw={0}
        aria-label={`${name}: ${t('rules.kind')}`}
        value={kind}
        onChange={(event) => onChange({ kind: event.currentTarget.value as SelectorKind })}
        data={kinds.map((one) => ({ value: one, label: t(`rules.kind.${one}`) }))}
      />
      <TextInput
        flex="3 1 200px"
        aria-label={`${name}: ${t('rules.pattern')}`}
        value={pattern}
        onChange={(event) => onChange({ pattern: event.currentTarget.value })}
        error={error}
        list={kind === 'label' ? offered : undefined}
        maxLength={kind === 'label' ? 128 : 255}
        {...AS_TYPED}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {onRemove === undefined ? null : (
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${name}: ${t('rules.remove')}`} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}
