import { Code, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import { isExcluding, kindOf, patternOf, type Selector } from './rule-scope.ts';

/** Selectors as words: `all`, or each pattern with what it does. */
export function ScopeText({ selectors }: { readonly selectors: readonly Selector[] }): ReactNode {
  const { t } = useText();
  if (selectors.length === 0) return t('rules.all');
  return (
    <Group gap={6}>
      {selectors.map((selector) => {
        const [excluding, kind, pattern] = [isExcluding(selector), kindOf(selector), patternOf(selector)];
        if (!excluding && pattern === '**') return <span key="all">{t('rules.all')}</span>;
        return (
          <Group key={`${selector.decoration} ${kind} ${pattern}`} gap={4} wrap="nowrap">
            <Text span size="xs" c="dimmed">
              {t(excluding ? 'rules.excluding' : 'rules.matching')}
            </Text>
            {kind === 'doublestar' ? null : (
              <Text span size="xs" c="dimmed">
                {t(`rules.kind.${kind}`)}
              </Text>
            )}
            <Code>{pattern}</Code>
          </Group>
        );
      })}
    </Group>
  );
}
