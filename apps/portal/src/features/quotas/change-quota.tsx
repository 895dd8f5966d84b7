import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { QUOTAS_KEY, type Quota, setQuota } from './queries.ts';
import { limitOf, UNLIMITED } from './quota-usage.tsx';

const GIB = 1024 ** 3;

/** How much a project may hold; for system administrators. */
export function ChangeQuota({ quota }: { readonly quota: Quota }): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} aria-label={t('quotas.changeTitle', { name: quota.ref.name })}>
        {t('quotas.change')}
      </Button>
      {open ? <QuotaDialog quota={quota} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function QuotaDialog({ quota, onClose }: { readonly quota: Quota; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const limit = limitOf(quota);
  const [typed, setTyped] = useState(limit === UNLIMITED ? '' : String(Number((limit / GIB).toFixed(3))));
  const gib = Number(typed.replace(',', '.'));
  const wrong = typed.trim() !== '' && !(gib > 0);
  const { name } = quota.ref;
  const save = async (): Promise<void> => {
    await setQuota(quota.id, typed.trim() === '' ? UNLIMITED : Math.max(1, Math.round(gib * GIB)));
    await client.invalidateQueries({ queryKey: QUOTAS_KEY });
    notifyDone(t('quotas.saved', { name }));
  };
  return (
    <FormDialog title={t('quotas.changeTitle', { name })} onClose={onClose} onSubmit={save} submitLabel={t('action.save')} disabled={wrong}>
      <TextInput
        data-autofocus
        inputMode="decimal"
        label={t('quotas.gib')}
        description={t('quotas.gibHelp')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={wrong ? t('quotas.notNumber') : undefined}
        maxLength={16}
      />
    </FormDialog>
  );
}
