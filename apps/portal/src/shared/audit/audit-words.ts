import type { TextKey, Translate } from '../i18n/i18n.ts';

interface Told {
  readonly operation: string;
  readonly resource_type: string;
}

/** `created · tag`, in the reader's language; a word of a later server is shown as the log has it. The page loads the part `audited`. */
export function eventInWords(t: Translate, { operation, resource_type: type }: Told): string {
  return `${operationInWords(t, operation)} · ${worded(t, `audited.type.${type}`, type)}`;
}

export function operationInWords(t: Translate, operation: string): string {
  return worded(t, `audited.${operation}`, operation);
}

/** What a refusal's status means; undefined for what has no words of its own. */
export function statusInWords(t: Translate, status: number): string | undefined {
  const text = worded(t, `audited.status.${status >= 500 ? 500 : status}`, '');
  return text === '' ? undefined : text;
}

function worded(t: Translate, key: string, otherwise: string): string {
  const text = t(key as TextKey);
  return text === key ? otherwise : text;
}
