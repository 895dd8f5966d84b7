import { Code, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import { patternOf, type Selector } from './rule-scope.ts';

/** Selectors as words: `all`, or each pattern with what it does. */
export function ScopeText({ selectors }: { readonly selectors: readonly Selector[] }): ReactNode {
  const { t } = useText();
  return (
    <Group gap={6}>
      {selectors.map((selector) => {
        const { excluding, pattern } = patternOf(selector);
        if (!excluding && pattern === '**') return <span key="all">{t('rules.all')}</span>;
        return (
          <Group key={`${selector.decoration} ${pattern}`} gap={4} wrap="nowrap">
            <Text span size="xs" c="dimmed">
              {t(excluding ? 'rules.excluding' : 'rules.matching')}
            </Text>
            <Code>{pattern}</Code>
            {selector.kind === undefined || selector.kind === 'doublestar' ? null : (
              <Text span size="xs" c="dimmed">
                {selector.kind}
              </Text>
            )}
          </Group>
        );
      })}
    </Group>
  );
}
