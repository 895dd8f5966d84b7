import { contentEvent, pushEvent } from '@berth/api-contract';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { typed, useEvents } from '../../shared/live/use-events.ts';
import { useGathered } from '../../shared/live/use-gathered.ts';
import { PushPanel } from './push-panel.tsx';
import { type Pushes, withCommit, withStep } from './pushes.ts';

/** What changes when something is pushed: each feature's lists of repositories and tags lie below these keys. */
const CHANGED = [['repositories'], ['projects', 'repositories']] as const;
const GATHER_MS = 300;

/** The pages of a repository, below the pushes to it as they happen. */
export function RepositoryPushes(): ReactNode {
  const { project, repository } = useParams({ from: '/shell/projects/$project/repositories/$repository' });
  return <PushWatch key={`${project}/${repository}`} query={{ repository: `${project}/${repository}` }} />;
}

/** The list of repositories of a project, below the pushes into it: the first one is seen too. */
export function ProjectPushes(): ReactNode {
  const { project } = useParams({ from: '/shell/projects/$project' });
  return <PushWatch key={project} query={{ project }} />;
}

function PushWatch({ query }: { readonly query: Readonly<Record<string, string>> }): ReactNode {
  const client = useQueryClient();
  const [pushes, setPushes] = useState<Pushes>([]);
  const refresh = useGathered(() => {
    for (const queryKey of CHANGED) void client.invalidateQueries({ queryKey });
  }, GATHER_MS);
  useEvents({
    query,
    on: {
      push: typed(pushEvent, (step) => setPushes((before) => withStep(before, step))),
      content: typed(contentEvent, (event) => {
        setPushes((before) => withCommit(before, event));
        refresh();
      }),
    },
  });
  return (
    <>
      {pushes.map((push) => (
        <PushPanel
          key={`${push.repository} ${push.actor}`}
          push={push}
          onClose={() =>
            setPushes((before) => before.filter(({ repository, actor }) => repository !== push.repository || actor !== push.actor))
          }
        />
      ))}
      <Outlet />
    </>
  );
}
