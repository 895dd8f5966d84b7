import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { LabelChip } from '../../shared/content/label-chip.tsx';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Age } from '../../shared/ui/values.tsx';
import { LabelDialog } from './label-dialog.tsx';
import { deleteLabel, type Label, LABELS_KEY, type LabelScope, labelsQuery } from './queries.ts';

export interface LabelRights {
  readonly mayCreate: boolean;
  readonly mayUpdate: boolean;
  readonly mayDelete: boolean;
}

/** Labels of the whole registry or of one project. */
export function LabelList({ where, rights }: { readonly where: LabelScope; readonly rights: LabelRights }): ReactNode {
  const { t } = useText();
  const state = useListState('name');
  const query = useQuery(labelsQuery(where, state));
  const [creating, setCreating] = useState(false);
  const apiCommand = useApiCommand();
  const add = rights.mayCreate ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('labels.new')}
    </Button>
  ) : null;
  const columns: Column<Label>[] = [
    { key: 'name', title: t('labels.name'), sort: 'name', cell: ({ name, color }) => <LabelChip name={name} color={color} /> },
    { key: 'description', title: t('labels.description'), cell: ({ description }) => description },
    { key: 'created', title: t('projects.created'), sort: 'creation_time', cell: ({ creation_time: at }) => <Age at={at} /> },
  ];
  if (rights.mayUpdate || rights.mayDelete)
    columns.push({
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (label) => <LabelMenu where={where} label={label} rights={rights} />,
    });
  return (
    <>
      <ListView
        label={t('labels.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(label) => label.id}
        filterLabel={t('labels.filter')}
        tools={add}
        empty={{
          title: t('labels.none'),
          sentence: t('labels.noneHelp'),
          action: add,
          command: add === null ? null : apiCommand('POST', '/labels', { name: 'release', ...where }),
        }}
      />
      {creating ? <LabelDialog where={where} onClose={() => setCreating(false)} /> : null}
    </>
  );
}

interface LabelMenuProps {
  readonly where: LabelScope;
  readonly label: Label;
  readonly rights: LabelRights;
}

function LabelMenu({ where, label, rights }: LabelMenuProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  const { name } = label;
  const remove = async (): Promise<void> => {
    await deleteLabel(label.id);
    await client.invalidateQueries({ queryKey: LABELS_KEY });
    notifyDone(t('labels.deleted', { name }));
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('action.actionsFor', { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {rights.mayUpdate ? (
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('edit')}>
              {t('labels.edit')}
            </Menu.Item>
          ) : null}
          {rights.mayDelete ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
              {t('action.delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'edit' ? <LabelDialog where={where} label={label} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('labels.deleteTitle', { name })}
          lost={t('labels.deleteLost')}
          confirmLabel={t('action.delete')}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </>
  );
}
