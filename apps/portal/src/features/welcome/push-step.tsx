import { Alert, Button, Loader, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { firstImageQuery, makeProject } from './queries.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const FIRST_NAME = 'library';

/** A project, the commands that push into it, and the moment when the image is there. */
export function PushStep(): ReactNode {
  const [project, setProject] = useState<string | undefined>();
  return <Stack gap="md">{project === undefined ? <ProjectForm onMade={setProject} /> : <FirstPush project={project} />}</Stack>;
}

function ProjectForm({ onMade }: { readonly onMade: (name: string) => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState(FIRST_NAME);
  const name = typed.trim();
  const attempt = useMutation({
    mutationFn: () => makeProject(name),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: PROJECTS_KEY });
      onMade(name);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name !== '' && !attempt.isPending) attempt.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{t('welcome.projectHelp')}</Text>
        <TextInput
          label={t('welcome.projectName')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={255}
          {...AS_TYPED}
        />
        <Refusal error={attempt.error} />
        <Button type="submit" loading={attempt.isPending} disabled={name === ''}>
          {t('welcome.makeProject')}
        </Button>
      </Stack>
    </form>
  );
}

function FirstPush({ project }: { readonly project: string }): ReactNode {
  const { t } = useText();
  const host = useRegistryHost();
  const { username } = useCurrentUser();
  const image = useQuery(firstImageQuery(project)).data;
  const commands = [
    `docker login ${host} -u ${username}`,
    'docker pull busybox',
    `docker tag busybox ${host}/${project}/busybox:1`,
    `docker push ${host}/${project}/busybox:1`,
  ];
  return (
    <>
      <Text size="sm">{t('welcome.pushHelp')}</Text>
      <Command text={commands.join('\n')} />
      {image === null || image === undefined ? (
        <Group gap="sm" role="status">
          <Loader size="xs" aria-hidden />
          <Text size="sm">{t('welcome.waiting', { project })}</Text>
        </Group>
      ) : (
        <Alert color="teal" title={t('welcome.arrived', { repository: image.name })} role="status">
          <ButtonLink
            to="/projects/$project/repositories/$repository"
            params={{ project, repository: image.name.slice(project.length + 1) }}
            size="xs"
          >
            {t('welcome.open')}
          </ButtonLink>
        </Alert>
      )}
    </>
  );
}
