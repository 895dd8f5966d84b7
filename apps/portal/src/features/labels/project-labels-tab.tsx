import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useOpenProject } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { LabelList } from './label-list.tsx';

/** Labels of one project. */
export function ProjectLabelsTab(): ReactNode {
  const { t } = useText();
  const { project_id: id } = useOpenProject();
  const may = useProjectRights(id);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('labels.projectIntro')}
      </Text>
      <LabelList
        where={{ scope: 'p', project_id: id }}
        rights={{ mayCreate: may('label:create'), mayUpdate: may('label:update'), mayDelete: may('label:delete') }}
      />
    </Stack>
  );
}
