import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { Page } from '../../shared/ui/page.tsx';
import { LabelList } from './label-list.tsx';

const EVERYWHERE = { scope: 'g' } as const;

/** Labels of the whole registry. */
export function LabelsPage(): ReactNode {
  const { t } = useText();
  const { sysadmin_flag: may } = useCurrentUser();
  return (
    <Page title={t('labels.title')} intro={t('labels.intro')}>
      <LabelList where={EVERYWHERE} rights={{ mayCreate: may, mayUpdate: may, mayDelete: may }} />
    </Page>
  );
}
