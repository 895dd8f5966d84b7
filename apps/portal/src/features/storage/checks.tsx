import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { startCheck } from './queries.ts';

const MAX_RATE = 100_000;

/** Two ways to look whether what is stored is what it should be. */
export function Checks(): ReactNode {
  const { t } = useText();
  const [asking, setAsking] = useState<'fsck' | 'scrub'>();
  const close = (): void => setAsking(undefined);
  return (
    <Section title={t('storage.checks')}>
      <Stack gap="sm">
        <Text size="sm">{t('storage.checksHelp')}</Text>
        <Group gap="sm">
          <Button variant="default" onClick={() => setAsking('fsck')}>
            {t('storage.fsck')}
          </Button>
          <Button variant="default" onClick={() => setAsking('scrub')}>
            {t('storage.scrub')}
          </Button>
          <TextLink to="/jobs" size="sm" underline="always">
            {t('storage.checkRuns')}
          </TextLink>
        </Group>
      </Stack>
      {asking === 'fsck' ? <FsckDialog onClose={close} /> : null}
      {asking === 'scrub' ? <ScrubDialog onClose={close} /> : null}
    </Section>
  );
}

interface DialogProps {
  readonly onClose: () => void;
}

function FsckDialog({ onClose }: DialogProps): ReactNode {
  const { t } = useText();
  const [mend, setMend] = useState(false);
  const [orphans, setOrphans] = useState(false);
  const open = useOpenRun();
  return (
    <FormDialog
      title={t('storage.fsck')}
      onClose={onClose}
      onSubmit={async () => open(await startCheck('storage-fsck', { mend, remove_orphans: orphans }))}
      submitLabel={t('storage.start')}
    >
      <Text size="sm">{t('storage.fsckHelp')}</Text>
      <Checkbox
        label={t('storage.mend')}
        description={t('storage.mendHelp')}
        checked={mend}
        onChange={(event) => setMend(event.currentTarget.checked)}
      />
      <Checkbox
        label={t('storage.orphans')}
        description={t('storage.orphansHelp')}
        checked={orphans}
        onChange={(event) => setOrphans(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}

function ScrubDialog({ onClose }: DialogProps): ReactNode {
  const { t } = useText();
  const [typed, setTyped] = useState('32');
  const rate = Number(typed);
  const isRate = Number.isInteger(rate) && rate >= 1 && rate <= MAX_RATE;
  const open = useOpenRun();
  return (
    <FormDialog
      title={t('storage.scrub')}
      onClose={onClose}
      onSubmit={async () => open(await startCheck('storage-scrub', { rate_mib: rate }))}
      submitLabel={t('storage.start')}
      disabled={!isRate}
    >
      <Text size="sm">{t('storage.scrubHelp')}</Text>
      <TextInput
        data-autofocus
        label={t('storage.rate')}
        value={typed}
        inputMode="numeric"
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={isRate ? undefined : t('storage.rateWrong')}
      />
    </FormDialog>
  );
}

function useOpenRun(): (run: string) => Promise<void> {
  const navigate = useNavigate();
  return (run) => navigate({ to: '/jobs/runs/$run', params: { run } });
}
