import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { apiUrl } from '../../shared/api/fetcher.ts';
import { isLoopback } from '../../shared/content/is-loopback.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { systemInfoQuery, useRegistryHost } from '../../shared/session/system-info.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { instructionsQuery } from './queries.ts';
import { isSingleLabel, MACHINE_TOOLS, type MachineTool, machineSetup, type Registry } from './machine-files.ts';

export function ConnectPage(): ReactNode {
  const { t } = useText();
  const host = useRegistryHost();
  const { username } = useCurrentUser();
  const info = useQuery(systemInfoQuery).data;
  const registry: Registry = { host, isPlain: info?.external_url?.startsWith('http:') ?? window.location.protocol === 'http:' };
  return (
    <Page title={t('connect.title')} intro={t('connect.intro', { host })}>
      {isSingleLabel(host) ? (
        <Alert color="yellow" title={t('connect.single')}>
          {t('connect.singleHelp', { host })}
        </Alert>
      ) : null}
      {registry.isPlain ? <Plain host={host} /> : null}
      {info?.has_ca_root === true ? <OneLine host={host} /> : null}
      <Configure registry={registry} hasCa={info?.has_ca_root === true} />
      <Section title={t('connect.login')}>
        <Stack gap="sm">
          <Text size="sm">
            {t('connect.loginHelp')}{' '}
            <TextLink to="/profile" underline="always">
              {t('connect.makeToken')}
            </TextLink>
          </Text>
          <Command text={`docker login ${host} -u ${username}`} />
        </Stack>
      </Section>
      <Section title={t('connect.try')}>
        <Command
          text={`docker pull busybox\ndocker tag busybox ${host}/demo/busybox:1\ndocker push ${host}/demo/busybox:1\ndocker pull ${host}/demo/busybox:1`}
        />
      </Section>
    </Page>
  );
}

/** What plain HTTP means: here, where docker takes it, or on the way to other machines. */
function Plain({ host }: { readonly host: string }): ReactNode {
  const { t } = useText();
  if (!isLoopback(host))
    return (
      <Alert color="yellow" title={t('connect.plain')}>
        {t('connect.plainHelp')}
      </Alert>
    );
  return (
    <Alert color="blue" title={t('connect.here')}>
      <Stack gap="sm">
        <Text size="sm">{t('connect.hereHelp', { host })}</Text>
        <Command text="berth serve --host 0.0.0.0 --tls auto" />
      </Stack>
    </Alert>
  );
}

function Configure({ registry, hasCa }: { readonly registry: Registry; readonly hasCa: boolean }): ReactNode {
  const { t } = useText();
  const [tool, setTool] = useState<MachineTool>('docker');
  const { files, commands } = machineSetup(tool, registry);
  return (
    <Section title={registry.isPlain ? t('connect.configure') : t('connect.trust')}>
      <Stack gap="sm" align="flex-start">
        {registry.isPlain ? null : <Text size="sm">{hasCa ? t('connect.trustHelp') : t('connect.trustPublic')}</Text>}
        {hasCa ? <CaFiles /> : null}
        <SegmentedControl
          aria-label={t('connect.tool')}
          value={tool}
          onChange={(value) => setTool(value as MachineTool)}
          data={Object.entries(MACHINE_TOOLS).map(([value, label]) => ({ value, label }))}
          size="xs"
          maw="100%"
          style={{ overflowX: 'auto' }}
        />
        {files.map(({ path, text }) => (
          <div key={path} style={{ width: '100%' }}>
            <Text size="sm" mb={4}>
              {t('connect.file')}: <code>{path}</code>
            </Text>
            <Command text={text} label={path} />
          </div>
        ))}
        {files.length + commands.length === 0 ? <Text size="sm">{t('connect.noFile', { tool: MACHINE_TOOLS[tool] })}</Text> : null}
        {commands.length === 0 ? null : (
          <div style={{ width: '100%' }}>
            <Command text={commands.join('\n')} />
          </div>
        )}
      </Stack>
    </Section>
  );
}

/** The line that fetches the installer, compares its checksum, and only then runs it. */
function OneLine({ host }: { readonly host: string }): ReactNode {
  const { t } = useText();
  const { data } = useQuery(instructionsQuery);
  if (data === undefined) return null;
  return (
    <Section title={t('connect.oneLine')}>
      <Stack gap="sm">
        <Text size="sm">{t('connect.oneLineHelp')}</Text>
        <Command text={data.installer.command} />
        <FactList facts={[{ name: t('connect.fingerprint'), value: data.ca_fingerprint, code: true }]} />
        <Text size="sm">{t('connect.otherClients')}</Text>
        <Command text={`berth cert install --host ${host} --instructions`} />
      </Stack>
    </Section>
  );
}

function CaFiles(): ReactNode {
  const { t } = useText();
  return (
    <Group gap="sm">
      <Button
        component="a"
        href={apiUrl('/systeminfo/getcert')}
        download="ca.crt"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('connect.download')}
      </Button>
      <Button
        component="a"
        href={apiUrl('/systeminfo/getcert', { format: 'der' })}
        download="ca.cer"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('connect.downloadDer')}
      </Button>
    </Group>
  );
}
