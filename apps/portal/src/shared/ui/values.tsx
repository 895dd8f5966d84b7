import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../format/bytes.ts';
import { formatAge, formatInstant } from '../format/time.ts';
import { useText } from '../i18n/i18n.ts';

/** Harbor's time for "never". */
const ZERO = '0001-01-01';

/** "3 hours ago" with the exact instant beside the pointer. */
export function Age({ at }: { readonly at: string | undefined }): ReactNode {
  const { t, language } = useText();
  if (at === undefined || at === '' || at.startsWith(ZERO))
    return (
      <Text span c="dimmed" inherit>
        {t('time.never')}
      </Text>
    );
  const instant = Date.parse(at);
  return (
    <time dateTime={at} data-tip={formatInstant(instant, language)}>
      {formatAge(instant, Date.now(), language)}
    </time>
  );
}

export function Bytes({ value }: { readonly value: number }): ReactNode {
  const { language } = useText();
  return <span style={{ whiteSpace: 'nowrap' }}>{formatBytes(value, language)}</span>;
}

export function Count({ value }: { readonly value: number }): ReactNode {
  const { language } = useText();
  return <>{new Intl.NumberFormat(language).format(value)}</>;
}

/** When a credential ends: seconds since the epoch, -1 for never. */
export function Expiry({ seconds }: { readonly seconds: number }): ReactNode {
  const { t } = useText();
  if (seconds < 0) return t('tokens.never');
  const at = new Date(seconds * 1000).toISOString();
  if (seconds * 1000 > Date.now()) return <Age at={at} />;
  return (
    <Text span inherit c="red">
      {t('tokens.expired')}
    </Text>
  );
}
