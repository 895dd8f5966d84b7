import { Alert, CloseButton, Group, Loader, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { Digest, shortDigest } from '../../shared/ui/copy.tsx';
import { Section } from '../../shared/ui/page.tsx';
import classes from './push-panel.module.css';
import { type Part, type Push, rateOf, savedBytes, sentBytes } from './pushes.ts';

const STATES: Readonly<Record<Part['state'], TextKey>> = {
  uploading: 'live.uploading',
  stored: 'live.stored',
  mounted: 'live.mounted',
  present: 'live.present',
  refused: 'live.refused',
};

/** One push while it happens, and what it came to. */
export function PushPanel({ push, onClose }: { readonly push: Push; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const { repository, actor, parts, accepted, refused } = push;
  return (
    <Section
      title={t(accepted.length > 0 || refused !== undefined ? 'live.ended' : 'live.pushing', { name: actor, repository })}
      actions={<CloseButton aria-label={t('live.close')} onClick={onClose} />}
    >
      <Stack gap="sm">
        {parts.length === 0 ? null : (
          <ul className={classes['parts']}>
            {parts.map((part, index) => (
              <PartLine key={part.part} part={part} number={index + 1} />
            ))}
          </ul>
        )}
        <Totals push={push} />
        <div role="status">
          {refused !== undefined ? (
            <Alert color="red" title={t('live.refusedTitle')}>
              {refused}
            </Alert>
          ) : accepted.length > 0 ? (
            <Group gap={6} wrap="nowrap">
              <IconCheck size={18} color="var(--mantine-color-teal-6)" aria-hidden />
              <Text size="sm">{t('live.accepted', { names: accepted.map(nameOf).join(', ') })}</Text>
            </Group>
          ) : null}
        </div>
      </Stack>
    </Section>
  );
}

function PartLine({ part, number }: { readonly part: Part; readonly number: number }): ReactNode {
  const { t, language } = useText();
  const { state, digest, bytes } = part;
  const rate = state === 'uploading' ? rateOf(part) : undefined;
  return (
    <li className={classes['part']} data-state={state}>
      <span className={classes['name']}>{digest === undefined ? t('live.layer', { number }) : <Digest value={digest} />}</span>
      <span className={classes['state']}>
        {state === 'uploading' ? <Loader size={12} aria-hidden /> : null}
        {t(STATES[state])}
      </span>
      <span className={classes['bytes']}>{bytes === undefined ? '' : formatBytes(bytes, language)}</span>
      <span className={classes['rate']}>{rate === undefined ? '' : t('live.rate', { bytes: formatBytes(rate, language) })}</span>
    </li>
  );
}

function Totals({ push }: { readonly push: Push }): ReactNode {
  const { t, language } = useText();
  const [sent, saved] = [sentBytes(push), savedBytes(push)];
  if (sent + saved === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('live.totals', { sent: formatBytes(sent, language), saved: formatBytes(saved, language) })}
    </Text>
  );
}

function nameOf(accepted: string): string {
  return accepted.includes(':') ? shortDigest(accepted) : accepted;
}
