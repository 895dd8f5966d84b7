import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { eventInWords, statusInWords } from '../../shared/audit/audit-words.ts';
import { OutcomeBadge } from '../../shared/audit/outcome-badge.tsx';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { AuditFilters, useAuditFilters } from './audit-filters.tsx';
import { ChainState } from './chain-state.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { KeptFor } from './kept-for.tsx';
import { type AuditEntry, entriesQuery, exportUrl } from './queries.ts';

/** What was done and what was denied, with every filter in the address. */
export function AuditPage(): ReactNode {
  const { t } = useText();
  const search = useSearch({ from: '/shell/audit' });
  const { page: _page, filter: _filter, sort: _sort, ...wanted } = search;
  const state = useListState('');
  const filters = useAuditFilters();
  const query = useQuery(entriesQuery(wanted, state.page));
  const [shown, setShown] = useState<AuditEntry>();
  const apiCommand = useApiCommand();
  return (
    <Page title={t('audit.title')} intro={t('audit.intro')} actions={<Exports search={wanted} />}>
      <AuditFilters search={wanted} onChange={filters.change} />
      <ListView
        label={t('audit.title')}
        query={query}
        state={state}
        columns={useColumns(setShown)}
        rowKey={(entry) => entry.id}
        narrowed={Object.keys(wanted).length > 0}
        onClear={filters.clear}
        empty={{
          title: t('audit.none'),
          sentence: t('audit.noneHelp'),
          action: <ButtonLink to="/settings">{t('nav.settings')}</ButtonLink>,
          command: apiCommand('GET', '/auditlog-exts'),
        }}
      />
      <ChainState />
      <KeptFor />
      {shown === undefined ? null : <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

function Exports({ search }: { readonly search: Parameters<typeof exportUrl>[0] }): ReactNode {
  const { t } = useText();
  const icon = <IconDownload size={16} aria-hidden />;
  return (
    <Group gap="sm">
      <Button component="a" href={exportUrl(search, 'csv')} download="audit-log.csv" variant="default" leftSection={icon}>
        CSV
      </Button>
      <Button component="a" href={exportUrl(search, 'jsonl')} download="audit-log.jsonl" variant="default" leftSection={icon}>
        {t('audit.jsonLines')}
      </Button>
    </Group>
  );
}

function useColumns(onOpen: (entry: AuditEntry) => void): readonly Column<AuditEntry>[] {
  const { t } = useText();
  return [
    {
      key: 'when',
      title: t('audit.when'),
      cell: (entry) => (
        <Anchor component="button" type="button" inherit fw={600} onClick={() => onOpen(entry)} aria-haspopup="dialog">
          <Age at={entry.op_time} />
        </Anchor>
      ),
    },
    {
      key: 'who',
      title: t('audit.who'),
      cell: ({ username, client_address: address }) => (
        <div>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {username}
          </Text>
          <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {address}
          </Text>
        </div>
      ),
    },
    {
      key: 'what',
      title: t('audit.what'),
      cell: (entry) => <Text size="sm">{eventInWords(t, entry)}</Text>,
    },
    {
      key: 'on',
      title: t('audit.on'),
      cell: ({ resource }) => (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {resource}
        </Text>
      ),
    },
    { key: 'result', title: t('audit.result'), cell: (entry) => <Outcome entry={entry} /> },
  ];
}

function Outcome({ entry: { operation_result: done, status } }: { readonly entry: AuditEntry }): ReactNode {
  const { t } = useText();
  return (
    <OutcomeBadge done={done} meaning={statusInWords(t, status)}>
      {done ? t('audit.done') : t('audit.denied', { status: String(status) })}
    </OutcomeBadge>
  );
}
