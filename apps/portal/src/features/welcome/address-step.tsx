import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import { systemInfoQuery } from '../../shared/session/system-info.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { type AddressFacts, isSameAddress, protection, realmFits } from './address-check.ts';
import { v2Query } from './queries.ts';

interface Finding {
  readonly good: boolean;
  readonly text: string;
}

/** Is the registry found where clients look for it, and is the way there safe? */
export function AddressStep({ onNext }: { readonly onNext: () => void }): ReactNode {
  const { t } = useText();
  const info = useQuery(systemInfoQuery);
  const v2 = useQuery(v2Query);
  const describe = useFindings();
  if (info.isPending || v2.isPending) return <LoadingState rows={3} />;
  if (info.data === undefined || v2.data === undefined)
    return <ErrorState error={info.error ?? v2.error} onRetry={() => void Promise.all([info.refetch(), v2.refetch()])} />;
  const { origin } = window.location;
  const facts: AddressFacts = { externalUrl: info.data.external_url ?? origin, origin, v2: v2.data };
  const warnings = info.data.certificate?.warnings ?? [];
  const findings = [
    ...describe(facts),
    ...warnings.map((warning) => ({ good: false, text: t('welcome.certificate', { message: sentenceInWords(t, warning) }) })),
  ];
  return (
    <Stack gap="md">
      <Text size="sm">{t('welcome.addressHelp', { url: facts.externalUrl })}</Text>
      <Stack gap="xs" component="ul" pl={0} m={0} style={{ listStyle: 'none' }}>
        {findings.map(({ good, text }) => (
          <Group key={text} component="li" gap="sm" wrap="nowrap" align="flex-start">
            <Badge color={good ? 'teal' : 'orange'} variant="light" radius="sm" tt="none" miw="max-content">
              {t(good ? 'welcome.good' : 'welcome.attention')}
            </Badge>
            <Text size="sm">{text}</Text>
          </Group>
        ))}
      </Stack>
      {isSameAddress(facts) ? null : <Command text={`curl -i ${facts.externalUrl}/v2/`} />}
      <Group justify="space-between">
        <Button variant="default" loading={v2.isFetching} onClick={() => void v2.refetch()}>
          {t('welcome.again')}
        </Button>
        <Button onClick={onNext}>{t('welcome.next')}</Button>
      </Group>
    </Stack>
  );
}

function useFindings(): (facts: AddressFacts) => readonly Finding[] {
  const { t } = useText();
  return (facts) => {
    const { v2, origin } = facts;
    const way = protection(origin);
    const registry: Finding =
      v2.kind === 'other'
        ? { good: false, text: t('welcome.v2Silent', { reason: v2.reason }) }
        : realmFits(facts)
          ? { good: true, text: t('welcome.v2Answers') }
          : { good: false, text: t('welcome.v2Realm', { realm: v2.realm ?? '' }) };
    return [
      isSameAddress(facts) ? { good: true, text: t('welcome.same') } : { good: false, text: t('welcome.other', { origin }) },
      registry,
      { good: way !== 'plain', text: t(way === 'tls' ? 'welcome.tls' : way === 'loopback' ? 'welcome.loopback' : 'welcome.plain') },
    ];
  };
}
