import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconKey, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { deleteRobot, ROBOTS_KEY, type Robot, refreshSecret, setDisabled } from './queries.ts';
import type { ToldSecret } from './robots-tab.tsx';

export interface RobotMenuProps {
  readonly robot: Robot;
  readonly onTold: (told: ToldSecret) => void;
  /** Absent: its rights cannot be changed here. */
  readonly onEdit?: () => void;
}

export function RobotMenu({ robot, onTold, onEdit }: RobotMenuProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState<'refresh' | 'delete' | undefined>();
  const { name } = robot;
  const again = () => client.invalidateQueries({ queryKey: ROBOTS_KEY });
  const toggle = useMutation({
    mutationFn: () => setDisabled(robot, !robot.disable),
    onSuccess: async () => {
      await again();
      notifyDone(t(robot.disable ? 'robots.wasEnabled' : 'robots.wasDisabled', { name }));
    },
  });
  const refresh = async (): Promise<void> => {
    onTold({ name, secret: await refreshSecret(robot.id) });
    await again();
  };
  const remove = async (): Promise<void> => {
    await deleteRobot(robot.id);
    await again();
    notifyDone(t('robots.deleted', { name }));
  };
  const close = (): void => setAsking(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" loading={toggle.isPending} aria-label={t('action.actionsFor', { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {onEdit === undefined ? null : (
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
              {t('systemRobots.edit')}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={robot.disable ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
            onClick={() => toggle.mutate()}
          >
            {robot.disable ? t('robots.enable') : t('robots.disable')}
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => setAsking('refresh')}>
            {t('robots.refresh')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking('delete')}>
            {t('action.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Refusal error={toggle.error} />
      {asking === 'refresh' ? (
        <ConfirmDialog
          title={t('robots.refreshTitle', { name })}
          lost={t('robots.refreshLost')}
          confirmLabel={t('robots.refresh')}
          onClose={close}
          onConfirm={refresh}
        />
      ) : null}
      {asking === 'delete' ? (
        <ConfirmDialog
          title={t('robots.deleteTitle', { name })}
          lost={t('robots.deleteLost')}
          confirmLabel={t('action.delete')}
          onClose={close}
          onConfirm={remove}
        />
      ) : null}
    </>
  );
}
