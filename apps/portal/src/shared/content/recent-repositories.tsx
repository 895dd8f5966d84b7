import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { TextLink } from '../ui/links.tsx';
import { Age } from '../ui/values.tsx';

interface RecentRepositoriesProps {
  /** Each with its project: `team/web/app`. */
  readonly repositories: readonly { readonly name: string; readonly update_time: string }[];
  /** Are they all of one project? Then its name is left out. */
  readonly within?: string;
}

/** Repositories and when something was pushed to them, in the order that is given. */
export function RecentRepositories({ repositories, within }: RecentRepositoriesProps): ReactNode {
  return (
    <Stack gap={6} fz="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {repositories.map(({ name, update_time: at }) => {
        const slash = name.indexOf('/');
        const [project, repository] = [name.slice(0, slash), name.slice(slash + 1)];
        return (
          <li key={name} style={{ display: 'flex', justifyContent: 'space-between', gap: 16 }}>
            <TextLink
              to="/projects/$project/repositories/$repository"
              params={{ project, repository }}
              style={{ overflowWrap: 'anywhere' }}
            >
              {within === undefined ? name : repository}
            </TextLink>
            <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              <Age at={at} />
            </Text>
          </li>
        );
      })}
    </Stack>
  );
}
