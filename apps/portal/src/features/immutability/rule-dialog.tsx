import { Alert, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords } from '../../shared/i18n/refusals.ts';
import { EVERYTHING, isAtField, type RuleSelectors, repositoriesOf, selectorFault } from '../../shared/policies/rule-scope.ts';
import { SelectorFields } from '../../shared/policies/selector-fields.tsx';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createRule, IMMUTABLE_KEY, type ImmutablePreview, type ImmutableRule, previewQuery, updateRule } from './queries.ts';

const AFTER_MS = 300;
const RELEASES: RuleSelectors = { ...EVERYTHING, tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }] };

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
  const [scope, setScope] = useState<RuleSelectors>(rule ?? RELEASES);
  const selectors = { tag_selectors: scope.tag_selectors, scope_selectors: scope.scope_selectors };
  const isWrong = [...repositoriesOf(scope), ...scope.tag_selectors].some((one) => selectorFault(one) !== undefined);
  const [settled] = useDebouncedValue(selectors, AFTER_MS);
  const preview = useQuery({ ...previewQuery(projectId, settled), enabled: !isWrong });
  const save = async (): Promise<void> => {
    if (rule === undefined) await createRule(projectId, selectors);
    else await updateRule(projectId, rule.id, { disabled: rule.disabled, priority: rule.priority, ...selectors });
    await client.invalidateQueries({ queryKey: IMMUTABLE_KEY });
    notifyDone(t('immutable.saved'));
  };
  return (
    <FormDialog
      title={rule === undefined ? t('immutable.new') : t('immutable.editTitle')}
      onClose={onClose}
      onSubmit={save}
      submitLabel={rule === undefined ? t('action.create') : t('action.save')}
      disabled={isWrong}
      size="lg"
    >
      <SelectorFields value={scope} onChange={setScope} problem={preview.error} />
      {isWrong || isAtField(preview.error, scope) ? null : <Preview query={preview} />}
    </FormDialog>
  );
}

function Preview({ query: { data, error } }: { readonly query: UseQueryResult<ImmutablePreview> }): ReactNode {
  const { t } = useText();
  if (error !== null) return <Alert color="red">{refusalInWords(t, error)}</Alert>;
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
