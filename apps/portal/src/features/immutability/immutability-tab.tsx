import { ActionIcon, Badge, Button, Menu, Stack, Text } from '@mantine/core';
import { IconDots, IconPencil, IconPlayerPause, IconPlayerPlay, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { ScopeText } from '../../shared/policies/scope-text.tsx';
import { useOpenProject } from '../../shared/session/project.ts';
import { type May, useProjectRights } from '../../shared/session/session.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { deleteRule, IMMUTABLE_KEY, type ImmutableRule, rulesQuery, updateRule } from './queries.ts';
import { RuleDialog } from './rule-dialog.tsx';

/** Released versions in every repository. */
const EXAMPLE = {
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};

/** Rules of a project about tags that may neither move nor go. */
export function ImmutabilityTab(): ReactNode {
  const { t } = useText();
  const { project_id: projectId } = useOpenProject();
  const may = useProjectRights(projectId);
  const state = useListState('');
  const query = useQuery(rulesQuery(projectId, state.page));
  const [creating, setCreating] = useState(false);
  const apiCommand = useApiCommand();
  const add = may('immutable-tag:create') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('immutable.new')}
    </Button>
  ) : null;
  const columns: Column<ImmutableRule>[] = [
    {
      key: 'repositories',
      title: t('rules.repositories'),
      cell: ({ scope_selectors: scope }) => <ScopeText selectors={scope['repository'] ?? []} />,
    },
    { key: 'tags', title: t('rules.tags'), cell: ({ tag_selectors: tags }) => <ScopeText selectors={tags} /> },
    {
      key: 'state',
      title: t('immutable.state'),
      cell: ({ disabled }) => (
        <Badge color={disabled ? 'gray' : 'teal'} variant="light" radius="sm" tt="none">
          {t(disabled ? 'immutable.off' : 'immutable.on')}
        </Badge>
      ),
    },
  ];
  if (may('immutable-tag:update') || may('immutable-tag:delete'))
    columns.push({
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (rule) => <RuleMenu projectId={projectId} rule={rule} may={may} />,
    });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('immutable.intro')}
      </Text>
      <ListView
        label={t('immutable.tab')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(rule) => rule.id}
        tools={add}
        empty={{
          title: t('immutable.none'),
          sentence: t('immutable.noneHelp'),
          action: add,
          command: add === null ? null : apiCommand('POST', `/projects/${projectId}/immutabletagrules`, EXAMPLE),
        }}
      />
      {creating ? <RuleDialog projectId={projectId} onClose={() => setCreating(false)} /> : null}
    </Stack>
  );
}

interface RuleMenuProps {
  readonly projectId: number;
  readonly rule: ImmutableRule;
  readonly may: May;
}

function RuleMenu({ projectId, rule, may }: RuleMenuProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  const again = () => client.invalidateQueries({ queryKey: IMMUTABLE_KEY });
  const toggle = useMutation({
    mutationFn: () => updateRule(projectId, rule.id, { ...rule, disabled: !rule.disabled }),
    onSuccess: async () => {
      await again();
      notifyDone(t(rule.disabled ? 'immutable.wasOn' : 'immutable.wasOff'));
    },
  });
  const remove = async (): Promise<void> => {
    await deleteRule(projectId, rule.id);
    await again();
    notifyDone(t('immutable.deleted'));
  };
  const words = {
    tags: rule.tag_selectors.map(({ pattern }) => pattern ?? '**').join(', '),
    repositories: (rule.scope_selectors['repository'] ?? []).map(({ pattern }) => pattern ?? '**').join(', '),
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            loading={toggle.isPending}
            aria-label={t('action.actionsFor', { name: t('immutable.rule', words) })}
          >
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may('immutable-tag:update') ? (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('edit')}>
                {t('immutable.edit')}
              </Menu.Item>
              <Menu.Item
                leftSection={rule.disabled ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
                onClick={() => toggle.mutate()}
              >
                {t(rule.disabled ? 'immutable.turnOn' : 'immutable.turnOff')}
              </Menu.Item>
            </>
          ) : null}
          {may('immutable-tag:delete') ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
              {t('action.delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <Refusal error={toggle.error} />
      {open === 'edit' ? <RuleDialog projectId={projectId} rule={rule} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('immutable.deleteTitle')}
          lost={t('immutable.deleteLost')}
          confirmLabel={t('action.delete')}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </>
  );
}
