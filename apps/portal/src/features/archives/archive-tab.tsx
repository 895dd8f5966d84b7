import '@mantine/core/styles/List.css';
import '@mantine/core/styles/Progress.css';
import { Alert, Button, FileButton, Group, List, Progress, Stack, Text, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import { formatBytes } from '../../shared/format/bytes.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import { PROJECTS_KEY, useOpenProject } from '../../shared/session/project.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import type { Imported, ImportProgress } from './import-progress.ts';
import { importArchive } from './queries.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const SUFFIXES = '.tar,.tar.gz,.tgz,.tar.zst,.tzst,application/x-tar';

interface Seen extends ImportProgress {
  readonly sent: number;
}

/** Images from a file into a project, with how far it is. */
export function ArchiveTab(): ReactNode {
  const { t } = useText();
  const { name: project } = useOpenProject();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [repository, setRepository] = useState('');
  const [seen, setSeen] = useState<Seen | undefined>();
  const stop = useRef<AbortController | undefined>(undefined);
  const upload = useMutation({
    mutationFn: async (chosen: File) => {
      stop.current = new AbortController();
      setSeen(undefined);
      return importArchive({
        ...{ project, repository: repository.trim(), file: chosen, signal: stop.current.signal },
        onProgress: (sent, progress) => setSeen({ ...progress, sent }),
      });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: PROJECTS_KEY }),
  });
  return (
    <Section title={t('upload.title')}>
      <Stack gap="md" maw={640}>
        <Text size="sm" c="dimmed">
          {t('upload.help')}
        </Text>
        <Group gap="sm">
          <FileButton onChange={setFile} accept={SUFFIXES} inputProps={{ 'aria-label': t('upload.file') }}>
            {(props) => (
              <Button {...props} variant="default" disabled={upload.isPending} leftSection={<IconUpload size={16} aria-hidden />}>
                {t('upload.choose')}
              </Button>
            )}
          </FileButton>
          <FileName file={file} />
        </Group>
        <TextInput
          label={t('upload.repository')}
          description={t('upload.repositoryHelp')}
          value={repository}
          disabled={upload.isPending}
          onChange={(event) => setRepository(event.currentTarget.value)}
          maxLength={255}
          {...AS_TYPED}
        />
        <Group gap="sm">
          <Button disabled={file === null} loading={upload.isPending} onClick={() => (file === null ? undefined : upload.mutate(file))}>
            {t('upload.start')}
          </Button>
          {upload.isPending ? (
            <Button variant="default" onClick={() => stop.current?.abort()}>
              {t('upload.stop')}
            </Button>
          ) : null}
        </Group>
        {upload.isPending && file !== null ? <Running seen={seen} total={file.size} /> : null}
        <Failure error={upload.error} />
        {upload.data === undefined ? null : <Result result={upload.data} />}
      </Stack>
    </Section>
  );
}

function FileName({ file }: { readonly file: File | null }): ReactNode {
  const { language } = useText();
  if (file === null) return null;
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {file.name} ({formatBytes(file.size, language)})
    </Text>
  );
}

function Running({ seen, total }: { readonly seen: Seen | undefined; readonly total: number }): ReactNode {
  const { t, language } = useText();
  const sent = seen?.sent ?? 0;
  const percent = total === 0 ? 100 : Math.min(100, (sent / total) * 100);
  const size = (bytes: number): string => formatBytes(bytes, language);
  return (
    <Stack gap={4} role="status">
      <Progress value={percent} aria-label={t('upload.title')} />
      <Text size="sm">
        {sent < total || seen === undefined
          ? t('upload.sending', { done: size(sent), total: size(total) })
          : t('upload.reading', { done: size(seen.read) })}
        {seen === undefined || seen.blobs === 0 ? null : ` · ${t('upload.blobs', { count: seen.blobs })}`}
      </Text>
    </Stack>
  );
}

function Failure({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useText();
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'STOPPED') return <Alert color="gray">{t('upload.stopped')}</Alert>;
  if (code === 'OFFLINE' || code === 'CUT')
    return (
      <Alert color="red" role="alert">
        {t('upload.broken')}
      </Alert>
    );
  return <Refusal error={error} />;
}

function Result({ result }: { readonly result: Imported }): ReactNode {
  const { t, language } = useText();
  const { images, warning_sentences: warnings, bytes_stored: stored, bytes_existing: existing } = result;
  return (
    <Alert color="teal" title={t('upload.done', { count: images.length })} role="status">
      <Stack gap="xs">
        <List size="sm">
          {images.map(({ repository, digest, tags }) => (
            <List.Item key={`${repository}@${digest}`}>
              <ImageLink repository={repository} reference={tags[0] ?? digest} />
              {tags.length > 1 ? ` (${tags.slice(1).join(', ')})` : null}
            </List.Item>
          ))}
        </List>
        <Text size="sm">{t('upload.stored', { stored: formatBytes(stored, language), existing: formatBytes(existing, language) })}</Text>
        {warnings.map((warning) => (
          <Text key={warning.message} size="sm">
            {sentenceInWords(t, warning)}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}

function ImageLink({ repository, reference }: { readonly repository: string; readonly reference: string }): ReactNode {
  const slash = repository.indexOf('/');
  const params = { project: repository.slice(0, slash), repository: repository.slice(slash + 1), reference };
  return (
    <TextLink to="/projects/$project/repositories/$repository/artifacts/$reference" params={params}>
      {repository}
      {reference.includes(':') ? '@' : ':'}
      {reference}
    </TextLink>
  );
}
