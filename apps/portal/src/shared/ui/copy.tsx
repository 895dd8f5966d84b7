import { ActionIcon, Code, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import classes from './copy.module.css';

/** A button that puts `value` on the clipboard and says so. */
export function CopyIcon({ value, label }: { readonly value: string; readonly label?: string }): ReactNode {
  const { t } = useText();
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color={copied ? 'teal' : 'gray'}
          onClick={copy}
          aria-label={copied ? t('action.copied') : (label ?? t('action.copy'))}
          data-tip={copied ? t('action.copied') : (label ?? t('action.copy'))}
        >
          {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}

/** Commands or a file that run unchanged when pasted. */
export function Command({ text, label }: { readonly text: string; readonly label?: string }): ReactNode {
  return (
    <div className={classes['command']}>
      <pre className={classes['text']} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <CopyIcon value={text} />
    </div>
  );
}

/** `sha256:0123456789ab`, the whole of it in the tooltip and on the clipboard. */
export function Digest({ value }: { readonly value: string }): ReactNode {
  const { t } = useText();
  return (
    <Group gap={2} wrap="nowrap" display="inline-flex">
      <Code className={classes['digest'] ?? ''} data-tip={value}>
        {shortDigest(value)}
      </Code>
      <CopyIcon value={value} label={`${t('action.copy')}: ${shortDigest(value)}`} />
    </Group>
  );
}

/** Twelve letters tell digests of one registry apart. */
export function shortDigest(digest: string): string {
  const colon = digest.indexOf(':');
  return digest.slice(colon + 1, colon + 13);
}
