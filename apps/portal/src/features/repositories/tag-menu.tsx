import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowsDiff, IconDots, IconHistory, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { DeleteTagsDialog } from './delete-tags-dialog.tsx';
import type { RepositoryName, RepositoryTag } from './queries.ts';

interface TagMenuProps {
  readonly name: RepositoryName;
  readonly tag: RepositoryTag;
  readonly mayDelete: boolean;
}

export function TagMenu({ name, tag, mayDelete }: TagMenuProps): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('action.actionsFor', { name: tag.name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconHistory size={16} aria-hidden />}
            onClick={() =>
              void navigate({ to: '/projects/$project/repositories/$repository/history', params: name, search: { tag: tag.name } })
            }
          >
            {t('tags.history')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowsDiff size={16} aria-hidden />}
            onClick={() =>
              void navigate({ to: '/projects/$project/repositories/$repository/compare', params: name, search: { from: tag.name } })
            }
          >
            {t('artifact.compare')}
          </Menu.Item>
          {mayDelete ? (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDeleting(true)}>
              {t('tags.deleteOne')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {deleting ? <DeleteTagsDialog name={name} tags={[tag.name]} onClose={() => setDeleting(false)} onDeleted={() => undefined} /> : null}
    </>
  );
}
