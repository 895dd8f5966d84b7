import { ApiError } from '../api/api-error.ts';
import { loadTexts, type TextKey, type Translate } from './i18n.ts';

/** Gets the texts of refusals, which few visits need. English needs none: the server's sentences are English. */
export async function loadRefusals(): Promise<void> {
  // Without them the server's own sentence is shown, which is better than another error.
  await loadTexts(['refusals']).catch(() => undefined);
}

/** What went wrong, in the reader's language: by the reason that the server named, else in its own sentence. */
export function refusalInWords(t: Translate, error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  return namedRefusal(t, error) ?? error.message;
}

export interface NamedRefusal {
  readonly reason?: string | undefined;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

/** undefined where the language has no text of its own for it. */
export function namedRefusal(t: Translate, { reason, values = {} }: NamedRefusal): string | undefined {
  if (reason !== 'field') return reason === undefined ? undefined : textOf(t, `refused.${reason}`, values);
  const rule = ruleInWords(t, String(values['rule']), values);
  if (rule === undefined) return undefined;
  return textOf(t, values['field'] === '' ? 'refused.body' : 'refused.field', { ...values, rule });
}

/** A sentence of the server in the reader's language, else as the server wrote it. */
export function sentenceInWords(t: Translate, { message, ...named }: NamedRefusal & { readonly message: string }): string {
  return namedRefusal(t, named) ?? message;
}

/** What a field must be; undefined where the language has no text of its own for it. */
export function ruleInWords(t: Translate, rule: string, values: Readonly<Record<string, string | number>>): string | undefined {
  return textOf(t, `rule.${rule}`, values);
}

function textOf(t: Translate, key: string, values: Readonly<Record<string, string | number>>): string | undefined {
  const text = t(key as TextKey, values);
  return text === key ? undefined : text;
}
