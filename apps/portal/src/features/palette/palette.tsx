import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/spotlight/styles.css';
import { project, repository } from '@berth/api-contract';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { IconBox, IconSearch, IconStack2, IconTag } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { getPage } from '../../shared/api/fetcher.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { conditionValue } from '../../shared/list/list-search.ts';
import { parseReference } from './parse-reference.ts';
import { createSpotlight } from '@mantine/spotlight';

/** One search over everything: opened by Ctrl+K or the search button. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  // Of its own: one that was left open by an action would not open again.
  const [[store, palette]] = useState(createSpotlight);
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 150);
  const found = useQuery(searchQuery(text));
  const go = useGo(onClose);
  const reference = parseReference(text);
  useEffect(() => palette.open(), [palette]);
  const { projects = [], repositories = [] } = found.data ?? {};
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={onClose}
      shortcut={null}
      clearQueryOnClose
      scrollable
      maxHeight="70vh"
      attributes={{ content: { 'aria-label': t('palette.open') } }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.open')}
        leftSection={<IconSearch size={20} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {reference === undefined ? null : (
          <Spotlight.ActionsGroup label={t('palette.go')}>
            <Spotlight.Action
              label={t('palette.openReference', {
                name: `${reference.project}/${reference.repository}${reference.reference === undefined ? '' : ` ${reference.reference}`}`,
              })}
              leftSection={<IconTag size={18} aria-hidden />}
              onClick={() => go.reference(reference)}
            />
          </Spotlight.ActionsGroup>
        )}
        {projects.length === 0 ? null : (
          <Spotlight.ActionsGroup label={t('palette.projects')}>
            {projects.map(({ name }) => (
              <Spotlight.Action key={name} label={name} leftSection={<IconBox size={18} aria-hidden />} onClick={() => go.project(name)} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {repositories.length === 0 ? null : (
          <Spotlight.ActionsGroup label={t('palette.repositories')}>
            {repositories.map(({ name }) => (
              <Spotlight.Action
                key={name}
                label={name}
                leftSection={<IconStack2 size={18} aria-hidden />}
                onClick={() => go.repository(name)}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {reference === undefined && projects.length + repositories.length === 0 ? (
          <Spotlight.Empty>{text.length < 2 || found.isPending ? t('palette.hint') : t('palette.nothing')}</Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function searchQuery(text: string) {
  const value = conditionValue(text);
  return {
    queryKey: ['palette', value],
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const query = { q: `name=~${value}`, page_size: 8 };
      const [projects, repositories] = await Promise.all([
        getPage('/projects', project, { query, signal }),
        getPage('/repositories', repository, { query, signal }),
      ]);
      return { projects: projects.items, repositories: repositories.items };
    },
    enabled: value.length >= 2,
    placeholderData: keepPreviousData,
  };
}

function useGo(onClose: () => void) {
  const navigate = useNavigate();
  const leave = (move: Promise<void>): void => {
    onClose();
    void move;
  };
  return {
    project: (name: string) => leave(navigate({ to: '/projects/$project', params: { project: name } })),
    repository: (name: string) => {
      const slash = name.indexOf('/');
      const params = { project: name.slice(0, slash), repository: name.slice(slash + 1) };
      leave(navigate({ to: '/projects/$project/repositories/$repository', params }));
    },
    reference: ({ reference, ...where }: NonNullable<ReturnType<typeof parseReference>>) =>
      leave(
        reference === undefined
          ? navigate({ to: '/projects/$project/repositories/$repository', params: where })
          : navigate({ to: '/projects/$project/repositories/$repository/artifacts/$reference', params: { ...where, reference } }),
      ),
  };
}
