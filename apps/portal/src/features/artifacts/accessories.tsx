import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { CopyIcon, shortDigest } from '../../shared/ui/copy.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Age, Bytes } from '../../shared/ui/values.tsx';
import { type Accessory, type ArtifactName, accessoriesQuery } from './queries.ts';

export function Accessories({ name }: { readonly name: ArtifactName }): ReactNode {
  const { t } = useText();
  const query = useQuery(accessoriesQuery(name));
  const columns: Column<Accessory>[] = [
    { key: 'type', title: t('artifact.accessoryType'), cell: ({ type }) => type },
    {
      key: 'digest',
      title: t('tags.digest'),
      cell: ({ digest }) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          <TextLink
            to="/projects/$project/repositories/$repository/artifacts/$reference"
            params={{ ...name, reference: digest }}
            ff="monospace"
            size="sm"
          >
            {shortDigest(digest)}
          </TextLink>
          <CopyIcon value={digest} label={`${t('action.copy')}: ${shortDigest(digest)}`} />
        </span>
      ),
    },
    { key: 'size', title: t('tags.size'), numeric: true, cell: ({ size }) => <Bytes value={size} /> },
    { key: 'pushed', title: t('tags.pushed'), cell: ({ creation_time: at }) => <Age at={at} /> },
  ];
  return (
    <Section title={t('artifact.accessories')}>
      {query.isPending ? (
        <LoadingState rows={2} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable label={t('artifact.accessories')} columns={columns} rows={query.data.items} rowKey={(one) => one.id} />
      )}
    </Section>
  );
}
