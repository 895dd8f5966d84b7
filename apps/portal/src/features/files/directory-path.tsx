import { Group, Text } from '@mantine/core';
import { useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { TextLink } from '../../shared/ui/links.tsx';

const ROUTE = '/shell/projects/$project/repositories/$repository/artifacts/$reference/files';
const LINK = '/projects/$project/repositories/$repository/artifacts/$reference/files';

/** Where one is in the image: each part leads there. */
export function DirectoryPath({ directory }: { readonly directory: string }): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { platform } = useSearch({ from: ROUTE });
  const parts = directory.split('/').filter((part) => part !== '');
  const chosen = platform === undefined ? {} : { platform };
  return (
    <nav aria-label={t('files.where')}>
      <Group gap={6} ff="monospace" fz="sm">
        <TextLink to={LINK} params={name} search={chosen}>
          {t('files.root')}
        </TextLink>
        {parts.map((part, index) => {
          const path = parts.slice(0, index + 1).join('/');
          return (
            <Group key={path} gap={6}>
              <Text span inherit c="dimmed" aria-hidden>
                /
              </Text>
              {index === parts.length - 1 ? (
                <Text span inherit aria-current="location" style={{ overflowWrap: 'anywhere' }}>
                  {part}
                </Text>
              ) : (
                <TextLink to={LINK} params={name} search={{ ...chosen, directory: path }}>
                  {part}
                </TextLink>
              )}
            </Group>
          );
        })}
      </Group>
    </nav>
  );
}
