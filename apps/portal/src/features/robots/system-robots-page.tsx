import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { Page } from '../../shared/ui/page.tsx';
import { SecretDialog } from '../../shared/ui/secret-dialog.tsx';
import { exampleRobot } from './example-robot.ts';
import { type Robot, systemRobotsQuery } from './queries.ts';
import { type ToldSecret, useRobotColumns } from './robots-tab.tsx';
import { SystemRobotDialog } from './system-robot-dialog.tsx';

/** Robot accounts of the whole registry. */
export function SystemRobotsPage(): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(systemRobotsQuery(state.page));
  const [open, setOpen] = useState<'new' | Robot | undefined>();
  const [told, setTold] = useState<ToldSecret | undefined>();
  const host = useRegistryHost();
  const apiCommand = useApiCommand();
  const columns = useRobotColumns(true, setTold, setOpen);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
      {t('robots.new')}
    </Button>
  );
  const close = (): void => setOpen(undefined);
  return (
    <Page title={t('systemRobots.title')} intro={t('systemRobots.intro')} actions={add}>
      <ListView
        label={t('systemRobots.title')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(robot) => robot.id}
        empty={{
          title: t('systemRobots.none'),
          sentence: t('robots.intro'),
          action: add,
          command: apiCommand('POST', '/robots', exampleRobot('system', '*')),
        }}
      />
      {open === undefined ? null : open === 'new' ? (
        <SystemRobotDialog onClose={close} onTold={setTold} />
      ) : (
        <SystemRobotDialog robot={open} onClose={close} onTold={setTold} />
      )}
      {told === undefined ? null : (
        <SecretDialog secret={told.secret} login={`docker login ${host} -u '${told.name}'`} onClose={() => setTold(undefined)} />
      )}
    </Page>
  );
}
