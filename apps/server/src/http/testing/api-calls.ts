import { expect } from 'vitest';
import type { Answer, Ask } from './ask.ts';
import type { IdentityTestServer } from './identity-test-server.ts';

export const API = '/api/v2.0';

export interface ApiCalls {
  ask(method: string, path: string, options?: Ask): Promise<Answer>;
  asAdmin(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** Requests below `/api/v2.0`. */
export function apiCalls(server: IdentityTestServer): ApiCalls {
  return {
    ask: (method, path, options) => server.ask(method, API + path, options),
    asAdmin: (method, path, body) => server.ask(method, API + path, { as: 'admin', ...(body === undefined ? {} : { body }) }),
  };
}

export function codeOf(answer: Answer): string {
  return answer.json<{ errors: { code: string; message: string }[] }>().errors[0]?.code ?? '';
}

/** The id at the end of a Location. */
export function idFrom(answer: Answer): number {
  expect(answer.status, answer.text).toBe(201);
  return Number(answer.headers.location?.split('/').at(-1));
}
