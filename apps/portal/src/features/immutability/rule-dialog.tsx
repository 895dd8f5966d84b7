import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../shared/api/fetcher.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { EVERYTHING, type RuleScope, scopeOf, selectorsOf } from '../../shared/policies/rule-scope.ts';
import { ScopeFields } from '../../shared/policies/scope-fields.tsx';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createRule, IMMUTABLE_KEY, type ImmutableRule, previewQuery, updateRule } from './queries.ts';

const AFTER_MS = 300;
const RELEASES: RuleScope = { ...EVERYTHING, tags: { excluding: false, pattern: 'v*' } };

export interface RuleDialogProps {
  readonly projectId: number;
  /** Absent: a new one is made. */
  readonly rule?: ImmutableRule;
  readonly onClose: () => void;
}

/** A rule, with what it matches while it is being written. */
export function RuleDialog({ projectId, rule, onClose }: RuleDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [scope, setScope] = useState(rule === undefined ? RELEASES : (scopeOf(rule) ?? RELEASES));
  const save = async (): Promise<void> => {
    if (rule === undefined) await createRule(projectId, scope);
    else await updateRule(projectId, rule.id, { disabled: rule.disabled, priority: rule.priority, ...selectorsOf(scope) });
    await client.invalidateQueries({ queryKey: IMMUTABLE_KEY });
    notifyDone(t('immutable.saved'));
  };
  const empty = scope.tags.pattern.trim() === '' || scope.repositories.pattern.trim() === '';
  return (
    <FormDialog
      title={rule === undefined ? t('immutable.new') : t('immutable.editTitle')}
      onClose={onClose}
      onSubmit={save}
      submitLabel={rule === undefined ? t('action.create') : t('action.save')}
      disabled={empty}
    >
      <ScopeFields value={scope} onChange={setScope} />
      <Text size="xs" c="dimmed">
        {t('rules.patternHelp')}
      </Text>
      {empty ? null : <Preview projectId={projectId} scope={scope} />}
    </FormDialog>
  );
}

function Preview({ projectId, scope }: { readonly projectId: number; readonly scope: RuleScope }): ReactNode {
  const { t } = useText();
  const [settled] = useDebouncedValue(scope, AFTER_MS);
  const { data, error } = useQuery(previewQuery(projectId, settled));
  if (error !== null) return <Alert color="red">{error instanceof ApiError ? error.message : String(error)}</Alert>;
  if (data === undefined) return null;
  const { matched, looked, tags } = data;
  return (
    <Alert color={matched === 0 ? 'gray' : 'harbour'} title={t('immutable.preview')} role="status">
      <Stack gap={4}>
        <Text size="sm">
          {matched === 0 ? t('immutable.previewNone', { looked }) : t('immutable.previewCount', { count: matched, looked })}
        </Text>
        {matched > tags.length ? (
          <Text size="xs" c="dimmed">
            {t('immutable.previewFirst', { count: tags.length })}
          </Text>
        ) : null}
        {tags.length === 0 ? null : (
          <Stack gap={2} mah={140} style={{ overflowY: 'auto' }} tabIndex={0} role="group" aria-label={t('immutable.preview')}>
            {tags.map(({ repository, tag }) => (
              <Text key={`${repository}:${tag}`} size="xs" ff="monospace" style={{ flex: 'none', overflowWrap: 'anywhere' }}>
                {repository}:{tag}
              </Text>
            ))}
          </Stack>
        )}
      </Stack>
    </Alert>
  );
}
