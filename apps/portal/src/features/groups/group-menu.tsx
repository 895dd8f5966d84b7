import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { ConfirmDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { GroupNameDialog } from './group-name-dialog.tsx';
import { deleteGroup, type Group, GROUPS_KEY } from './queries.ts';

export interface GroupMenuProps {
  readonly group: Group;
  readonly onDeleted?: () => Promise<void>;
}

export function GroupMenu({ group, onDeleted }: GroupMenuProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [open, setOpen] = useState<'rename' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  const { group_name: name } = group;
  const remove = async (): Promise<void> => {
    await deleteGroup(group.id);
    notifyDone(t('groups.deleted', { name }));
    await onDeleted?.();
    await client.invalidateQueries({ queryKey: [...GROUPS_KEY, 'list'] });
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
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('rename')}>
            {t('groups.rename')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
            {t('groups.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'rename' ? <GroupNameDialog group={group} onClose={close} /> : null}
      {open === 'delete' ? (
        <ConfirmDialog
          title={t('groups.deleteTitle', { name })}
          lost={t('groups.deleteLost')}
          confirmLabel={t('action.delete')}
          typeName={name}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </>
  );
}
