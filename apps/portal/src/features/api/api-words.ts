import type { TextKey, Translate } from '../../shared/i18n/i18n.ts';
import type { ApiDocument, ApiOperation } from './api-document.ts';

/** The document in the reader's language; what has no text in it, as of a newer server, stays in English. It is found by both. */
export function documentInWords(t: Translate, { operations, models }: ApiDocument): ApiDocument {
  return { operations: operations.map((operation) => inWords(t, operation)), models };
}

function inWords(t: Translate, operation: ApiOperation): ApiOperation {
  const summary = textOr(t, `operation.${operation.id}`, operation.summary);
  if (summary === operation.summary) return operation;
  return {
    ...operation,
    summary,
    answers: operation.answers.map((answer) => ({ ...answer, description: textOr(t, `answer.${answer.status}`, answer.description) })),
    words: `${operation.words} ${summary.toLowerCase()}`,
  };
}

function textOr(t: Translate, key: string, otherwise: string): string {
  const text = t(key as TextKey);
  return text === key ? otherwise : text;
}
