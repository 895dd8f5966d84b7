import { Badge, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { systemInfoQuery } from '../../shared/session/system-info.ts';
import { Command } from '../../shared/ui/copy.tsx';
import type { ApiContent, ApiOperation, Models } from './api-document.ts';
import { curlCommand } from './curl-command.ts';
import classes from './operation-view.module.css';
import { schemaText, schemaWords } from './schema-text.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

export interface OperationProps {
  readonly operation: ApiOperation;
  readonly models: Models;
}

/** One line; what is in it is made when it is opened. */
export function OperationView({ operation, models }: OperationProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details className={classes['operation']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes['summary']}>
        <span className={classes['method']}>{operation.method}</span>
        <span className={classes['path']}>{operation.path}</span>
        <Text span size="sm" c="dimmed">
          {operation.summary}
        </Text>
      </summary>
      {open ? <Content operation={operation} models={models} /> : null}
    </details>
  );
}

function Content({ operation, models }: OperationProps): ReactNode {
  const { t } = useText();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const { username } = useCurrentUser();
  const info = useQuery(systemInfoQuery).data;
  const place = { origin: info?.external_url ?? window.location.origin, username, hasCa: info?.has_ca_root === true, models };
  return (
    <Stack gap="sm" className={classes['content'] ?? ''}>
      {operation.parameters.length === 0 ? null : (
        <>
          <Title order={3} size="h6">
            {t('api.parameters')}
          </Title>
          <Group gap="sm" align="flex-start">
            {operation.parameters.map(({ name, where, required, schema }) => (
              <TextInput
                key={name}
                size="xs"
                label={name}
                description={`${t(where === 'path' ? 'api.inPath' : 'api.inQuery')} · ${schemaWords(schema)}`}
                required={required}
                value={values[name] ?? ''}
                onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
                maxLength={500}
                {...AS_TYPED}
                miw={180}
              />
            ))}
          </Group>
        </>
      )}
      <Title order={3} size="h6">
        {t('api.command')}
      </Title>
      <Command text={curlCommand(operation, values, place)} label={t('api.command')} />
      {operation.body === undefined ? null : <Shape title={t('api.body')} content={operation.body} models={models} />}
      {operation.answers.map(({ status, description, content }) =>
        status.startsWith('2') && content !== undefined ? (
          <Shape key={status} title={`${t('api.answer')} ${status}`} content={content} models={models} />
        ) : (
          <Group key={status} gap="xs" wrap="nowrap" align="flex-start">
            <Badge variant="light" color={status.startsWith('2') ? 'teal' : 'gray'} radius="sm" miw="max-content">
              {status}
            </Badge>
            <Text size="sm">{description}</Text>
          </Group>
        ),
      )}
    </Stack>
  );
}

interface ShapeProps {
  readonly title: string;
  readonly content: ApiContent;
  readonly models: Models;
}

function Shape({ title, content, models }: ShapeProps): ReactNode {
  return (
    <>
      <Title order={3} size="h6">
        {title} <Text span size="xs" c="dimmed">{`(${content.type})`}</Text>
      </Title>
      <Command text={schemaText(content.schema, models)} label={title} />
    </>
  );
}
