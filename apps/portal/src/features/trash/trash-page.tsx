import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Page } from '../../shared/ui/page.tsx';
import { TrashList } from './trash-list.tsx';

/** Of the whole registry, projects too. */
export function TrashPage(): ReactNode {
  const { t } = useText();
  return (
    <Page title={t('trash.title')}>
      <TrashList of={undefined} mayRestore mayPurge />
    </Page>
  );
}
