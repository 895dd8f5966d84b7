import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { isReached, onReach } from '../../shared/api/reach.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import classes from './shell.module.css';

/** Says over every page that the server does not answer; what is shown is read anew when it does again. */
export function OfflineNotice(): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const reached = useSyncExternalStore(onReach, isReached);
  useEffect(() => {
    if (!reached) return () => void client.refetchQueries({ type: 'active' });
    return undefined;
  }, [reached, client]);
  return (
    <div role="status" aria-live="polite">
      {reached ? null : (
        <p className={classes['offline']}>
          <IconPlugConnectedX size={18} aria-hidden />
          {t('app.offline')}
        </p>
      )}
    </div>
  );
}
