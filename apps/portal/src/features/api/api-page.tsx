import { Anchor, Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FilterField } from '../../shared/list/filter-field.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState, NoMatch } from '../../shared/ui/states.tsx';
import { type ApiDocument, type ApiOperation, searchOperations } from './api-document.ts';
import { documentInWords } from './api-words.ts';
import { OperationView } from './operation-view.tsx';
import { documentQuery } from './queries.ts';

/** Every operation of the API, found by words, with the command for it. */
export function ApiPage(): ReactNode {
  const { t } = useText();
  const query = useQuery(documentQuery);
  return (
    <Page title={t('api.title')} intro={t('api.intro')}>
      <Group gap="lg">
        <Anchor href="/api/v2.0/openapi.json">{t('api.document')}</Anchor>
        <Anchor href="/api/docs">{t('api.docs')}</Anchor>
      </Group>
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Operations document={query.data} />
      )}
    </Page>
  );
}

function Operations({ document }: { readonly document: ApiDocument }): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const { operations, models } = useMemo(() => documentInWords(t, document), [t, document]);
  const found = searchOperations(operations, state.filter);
  const groups = new Map<string, ApiOperation[]>();
  for (const operation of found) groups.set(operation.tag, [...(groups.get(operation.tag) ?? []), operation]);
  return (
    <>
      <Group gap="sm">
        <FilterField value={state.filter} label={t('api.filter')} onChange={(filter) => state.change({ filter })} />
        <Text size="sm" c="dimmed" role="status">
          {t('api.count', { count: found.length })}
        </Text>
      </Group>
      {found.length === 0 ? <NoMatch onClear={() => state.change({ filter: '' })} /> : null}
      {[...groups].map(([tag, operations]) => (
        <section key={tag} aria-label={tag}>
          <Title order={2} size="h5" mb={6}>
            {tag}
          </Title>
          {operations.map((operation) => (
            <OperationView key={operation.id} operation={operation} models={models} />
          ))}
        </section>
      ))}
    </>
  );
}
