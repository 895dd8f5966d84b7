import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconBox, IconFileText, IconFingerprint, IconSearch, IconStack2, IconTag, type TablerIcon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { parseReference } from './parse-reference.ts';
import { searchQuery } from './queries.ts';
import { keepRecent, recentTargets } from './recent.ts';
import { labelOf, type Target } from './targets.ts';

export interface PaletteProps {
  /** Pages of the portal that this person may open, with their names. */
  readonly pages: readonly { readonly to: string; readonly label: string }[];
  readonly onClose: () => void;
}

interface Group {
  readonly label: string;
  readonly targets: readonly Target[];
}

/** One search over everything: opened by Ctrl+K or the search button. */
export function Palette({ pages, onClose }: PaletteProps): ReactNode {
  const { t } = useText();
  // Of its own: one that was left open by an action would not open again.
  const [[store, palette]] = useState(createSpotlight);
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), 150);
  const found = useQuery(searchQuery(settled));
  const groups = useGroups(typed.trim(), { pages, hits: settled === '' ? undefined : found.data });
  const go = useGo(onClose);
  useEffect(() => palette.open(), [palette]);
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
        maxLength={255}
      />
      <Spotlight.ActionsList>
        {groups.map(({ label, targets }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {targets.map((target) => (
              <Entry key={target.kind + labelOf(target)} target={target} onOpen={() => go(target)} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 ? <Nothing text={settled} isLoading={found.isFetching} isBroken={found.isError} /> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

const ICONS: Readonly<Record<Target['kind'], TablerIcon>> = {
  page: IconFileText,
  project: IconBox,
  repository: IconStack2,
  artifact: IconTag,
};

function Entry({ target, onOpen }: { readonly target: Target; readonly onOpen: () => void }): ReactNode {
  const isDigest = target.kind === 'artifact' && target.reference.includes(':');
  const Icon = isDigest ? IconFingerprint : ICONS[target.kind];
  return <Spotlight.Action label={labelOf(target)} leftSection={<Icon size={18} aria-hidden />} onClick={onOpen} />;
}

function Nothing({
  text,
  isLoading,
  isBroken,
}: {
  readonly text: string;
  readonly isLoading: boolean;
  readonly isBroken: boolean;
}): ReactNode {
  const { t } = useText();
  const sentence = isBroken ? 'state.failed' : text.length < 2 ? 'palette.hint' : isLoading ? 'state.loading' : 'palette.nothing';
  return <Spotlight.Empty>{t(sentence)}</Spotlight.Empty>;
}

interface Material extends Pick<PaletteProps, 'pages'> {
  readonly hits: { readonly [Kind in 'projects' | 'repositories' | 'tags' | 'digests']: readonly Target[] } | undefined;
}

/** A whole reference goes first, then what was found; with nothing typed, what was opened before and the pages. */
function useGroups(text: string, { pages, hits }: Material): readonly Group[] {
  const { t } = useText();
  const { username } = useCurrentUser();
  const wanted = text.toLowerCase();
  const named = pages
    .filter(({ label }) => label.toLowerCase().includes(wanted))
    .map(({ to, label }): Target => ({ kind: 'page', to, label }));
  const reference = parseReference(text);
  const groups: Group[] =
    text === ''
      ? [
          { label: t('palette.recent'), targets: recentTargets(username) },
          { label: t('palette.pages'), targets: named },
        ]
      : [
          { label: t('palette.go'), targets: reference === undefined ? [] : [asTarget(reference)] },
          { label: t('palette.digests'), targets: hits?.digests ?? [] },
          { label: t('palette.projects'), targets: hits?.projects ?? [] },
          { label: t('palette.repositories'), targets: hits?.repositories ?? [] },
          { label: t('palette.tags'), targets: hits?.tags ?? [] },
          { label: t('palette.pages'), targets: named },
        ];
  return groups.filter(({ targets }) => targets.length > 0);
}

function asTarget({ reference, ...where }: NonNullable<ReturnType<typeof parseReference>>): Target {
  return reference === undefined ? { kind: 'repository', ...where } : { kind: 'artifact', ...where, reference };
}

function useGo(onClose: () => void): (target: Target) => void {
  const navigate = useNavigate();
  const { username } = useCurrentUser();
  return (target) => {
    keepRecent(username, target);
    onClose();
    switch (target.kind) {
      case 'page':
        return void navigate({ to: target.to });
      case 'project':
        return void navigate({ to: '/projects/$project', params: { project: target.project } });
      case 'repository': {
        const { project, repository } = target;
        return void navigate({ to: '/projects/$project/repositories/$repository', params: { project, repository } });
      }
      case 'artifact': {
        const { kind: _kind, ...params } = target;
        return void navigate({ to: '/projects/$project/repositories/$repository/artifacts/$reference', params });
      }
    }
  };
}
