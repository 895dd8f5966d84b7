import type { IncomingMessage } from 'node:http';
import { readAll } from './read-all.ts';

const MAX_ERROR = 256 * 1024;

export interface Refusal {
  readonly status: number;
  /** Of the first error of the answer, and its sentence; empty where there is none, as in the HTML of a proxy. */
  readonly code: string;
  readonly message: string;
}

/** Reads an answer that is no success: `{"errors":[{"code","message"}]}`, as the distribution specification and Harbor's API have it. */
export async function refusalOf(answer: IncomingMessage): Promise<Refusal> {
  const text = answer.readableEnded ? '' : (await readAll(answer, MAX_ERROR)).toString();
  return { status: answer.statusCode ?? 0, ...firstError(text) };
}

function firstError(text: string): Pick<Refusal, 'code' | 'message'> {
  try {
    const [first] = (JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] } | null)?.errors ?? [];
    return { code: String(first?.code ?? ''), message: String(first?.message ?? '') };
  } catch (error) {
    if (error instanceof SyntaxError) return { code: '', message: '' };
    throw error;
  }
}
