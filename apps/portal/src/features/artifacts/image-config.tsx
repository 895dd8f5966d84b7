import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Fact, FactList } from '../../shared/ui/fact-list.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { type Config, parseConfig } from './parse-config.ts';
import type { Artifact } from './queries.ts';

/** What an image runs and as whom, its environment, labels and annotations. */
export function ImageConfig({ artifact }: { readonly artifact: Artifact }): ReactNode {
  const { t } = useText();
  const config = parseConfig(artifact.extra_attrs['config']);
  const annotations = pairs(artifact.annotations ?? {});
  return (
    <>
      {config === undefined ? null : (
        <Section title={t('artifact.config')}>
          <Stack gap="md">
            <RunFacts config={config} />
            <Pairs title={t('artifact.env')} facts={environment(config.env)} />
            <Pairs title={t('artifact.labels')} facts={pairs(config.labels)} />
          </Stack>
        </Section>
      )}
      {annotations.length === 0 ? null : (
        <Section title={t('artifact.annotations')}>
          <FactList facts={annotations} />
        </Section>
      )}
    </>
  );
}

function RunFacts({ config }: { readonly config: Config }): ReactNode {
  const { t } = useText();
  const facts: Fact[] = [];
  const add = (name: string, value: string): void => {
    if (value !== '') facts.push({ name, value, code: true });
  };
  add(t('artifact.entrypoint'), shellWords(config.entrypoint));
  add(t('artifact.cmd'), shellWords(config.cmd));
  add(t('artifact.workdir'), config.workingDir);
  facts.push({ name: t('artifact.user'), value: config.user === '' ? t('artifact.userRoot') : config.user, code: config.user !== '' });
  add(t('artifact.ports'), config.ports.join(', '));
  add(t('artifact.volumes'), config.volumes.join(', '));
  return <FactList facts={facts} />;
}

function Pairs({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }): ReactNode {
  if (facts.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5" mb={6}>
        {title}
      </Title>
      <FactList facts={facts} />
    </div>
  );
}

function environment(lines: readonly string[]): Fact[] {
  return lines.map((line) => {
    const equals = line.indexOf('=');
    return equals === -1
      ? { name: line, value: '', code: true }
      : { name: line.slice(0, equals), value: line.slice(equals + 1), code: true };
  });
}

function pairs(record: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(record).map(([name, value]) => ({ name, value, code: true }));
}

/** As one would type it: words with spaces are quoted. */
function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
