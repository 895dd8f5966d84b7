import { CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useText } from '../i18n/i18n.ts';
import classes from './notices.module.css';
import { dismiss, onNotices, shownNotices } from './notify.ts';

/** The corner where done things are said, aloud too. */
export function Notices(): ReactNode {
  const { t } = useText();
  const notices = useSyncExternalStore(onNotices, shownNotices);
  return (
    <div className={classes['corner']} role="status" aria-live="polite">
      {notices.map(({ id, message }) => (
        <div key={id} className={classes['notice']}>
          <IconCheck size={18} aria-hidden />
          <span>{message}</span>
          <CloseButton size="sm" aria-label={t('action.close')} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
