import { Badge, Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { projectByName } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { SecretDialog } from '../../shared/ui/secret-dialog.tsx';
import { Age, Expiry } from '../../shared/ui/values.tsx';
import { exampleRobot } from './example-robot.ts';
import { ProjectRobotDialog } from './project-robot-dialog.tsx';
import { type Robot, robotsQuery } from './queries.ts';
import { RobotMenu } from './robot-menu.tsx';

export interface ToldSecret {
  readonly name: string;
  readonly secret: string;
}

/** Robot accounts of one project. */
export function RobotsTab(): ReactNode {
  const { t } = useText();
  const { project: name } = useParams({ from: '/shell/projects/$project' });
  const project = useQuery(projectByName(name)).data;
  const may = useProjectRights(project?.project_id);
  const state = useListState('');
  const query = useQuery({ ...robotsQuery(project?.project_id ?? 0, state.page), enabled: project !== undefined });
  const [open, setOpen] = useState<'new' | Robot | undefined>();
  const apiCommand = useApiCommand();
  const [told, setTold] = useState<ToldSecret | undefined>();
  const host = useRegistryHost();
  const columns = useRobotColumns(may('robot:update') || may('robot:delete'), setTold, may('robot:update') ? setOpen : undefined);
  const add = may('robot:create') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
      {t('robots.new')}
    </Button>
  ) : null;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('robots.intro')}
      </Text>
      <ListView
        label={t('robots.tab')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(robot) => robot.id}
        tools={add}
        empty={{
          title: t('robots.none'),
          sentence: t('robots.noneHelp'),
          action: add,
          command: add === null ? null : apiCommand('POST', '/robots', exampleRobot('project', name)),
        }}
      />
      {open === undefined ? null : (
        <ProjectRobotDialog
          project={name}
          {...(open === 'new' ? {} : { robot: open })}
          onClose={() => setOpen(undefined)}
          onTold={setTold}
        />
      )}
      {told === undefined ? null : (
        <SecretDialog secret={told.secret} login={`docker login ${host} -u '${told.name}'`} onClose={() => setTold(undefined)} />
      )}
    </Stack>
  );
}

export function useRobotColumns(
  mayChange: boolean,
  onTold: (told: ToldSecret) => void,
  onEdit?: (robot: Robot) => void,
): readonly Column<Robot>[] {
  const { t } = useText();
  const columns: Column<Robot>[] = [
    {
      key: 'name',
      title: t('robots.name'),
      cell: ({ name, description }) => (
        <div>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        </div>
      ),
    },
    { key: 'may', title: t('robots.may'), cell: (robot) => <Rights robot={robot} /> },
    { key: 'expires', title: t('robots.expires'), cell: ({ expires_at: at }) => <Expiry seconds={at} /> },
    { key: 'state', title: t('robots.state'), cell: (robot) => <State robot={robot} /> },
    { key: 'created', title: t('users.created'), cell: ({ creation_time: at }) => <Age at={at} /> },
  ];
  if (mayChange) {
    columns.push({
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      cell: (robot) => <RobotMenu robot={robot} onTold={onTold} {...(onEdit === undefined ? {} : { onEdit: () => onEdit(robot) })} />,
    });
  }
  return columns;
}

function Rights({ robot }: { readonly robot: Robot }): ReactNode {
  const { t } = useText();
  if (robot.level === 'system') return <RightsByPlace robot={robot} />;
  const rights = robot.permissions.flatMap(({ access }) => access.map(({ resource, action }) => `${resource}:${action}`)).sort();
  if (rights.join() === 'repository:pull') return t('robots.pull');
  if (rights.join() === 'repository:pull,repository:push') return t('robots.push');
  return <span title={rights.join(', ')}>{t('robots.custom', { count: rights.length })}</span>;
}

function RightsByPlace({ robot }: { readonly robot: Robot }): ReactNode {
  const { t } = useText();
  const names: Readonly<Record<string, string>> = { '/': t('systemRobots.system'), '*': t('systemRobots.everyProject') };
  return (
    <Stack gap={2}>
      {robot.permissions.map(({ namespace, access }) => (
        <Text key={namespace} size="sm" title={access.map(({ resource, action }) => `${resource}:${action}`).join(', ')}>
          {names[namespace] ?? namespace}: {t('robots.custom', { count: access.length })}
        </Text>
      ))}
    </Stack>
  );
}

function State({ robot }: { readonly robot: Robot }): ReactNode {
  const { t } = useText();
  const expired = robot.expires_at >= 0 && robot.expires_at * 1000 <= Date.now();
  const [color, text] = robot.disable
    ? ['gray', t('robots.disabled')]
    : expired
      ? ['red', t('robots.expired')]
      : ['teal', t('robots.active')];
  return (
    <Badge color={color} variant="light" radius="sm" tt="none">
      {text}
    </Badge>
  );
}
