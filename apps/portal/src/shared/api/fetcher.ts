import { loadRefusals } from '../i18n/refusals.ts';
import { ApiError } from './api-error.ts';
import { tellReach } from './reach.ts';

/** A page of a list: `total` comes from X-Total-Count. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** Turns unknown JSON into a typed value, or throws; the schemas of @berth/api-contract fit. */
export interface Schema<T> {
  parse(value: unknown): T;
}

export type QueryValue = string | number | boolean | undefined;

const BASE = '/api/v2.0';
const TIMEOUT_MS = 30_000;
const CSRF_HEADER = 'X-Harbor-CSRF-Token';
let csrfToken: string | undefined;

/** `/projects`, `{ page: 2 }` -> `/api/v2.0/projects?page=2`. */
export function apiUrl(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`;
}

/** GET one thing. */
export async function getOne<T>(path: string, schema: Schema<T>, options: GetOptions = {}): Promise<T> {
  const response = await send('GET', apiUrl(path, options.query), options);
  return schema.parse(await response.json());
}

/** GET something that is shown as it is. */
export async function getText(path: string, options: GetOptions = {}): Promise<string> {
  const response = await send('GET', apiUrl(path, options.query), options);
  return response.text();
}

/** GET one page of a list. */
export async function getPage<T>(path: string, schema: Schema<T>, options: GetOptions = {}): Promise<ListPage<T>> {
  const response = await send('GET', apiUrl(path, options.query), options);
  const body: unknown = await response.json();
  if (!Array.isArray(body)) throw new ApiError('The server sent something else than a list.', { status: response.status, code: 'SHAPE' });
  const items = body.map((item) => schema.parse(item));
  return { items, total: Number(response.headers.get('X-Total-Count') ?? items.length) };
}

/** POST, PUT, PATCH or DELETE with a JSON body; answers the path in Location, when there is one. */
export async function change(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Changed> {
  const response = await send(method, apiUrl(path), { body });
  const text = await response.text();
  return { location: response.headers.get('Location') ?? undefined, body: text === '' ? undefined : parseJson(text) };
}

export interface Upload {
  /** Tells how far it is: bytes sent, and what the server has written so far, which grows. */
  readonly onProgress: (sent: number, answer: string) => void;
  readonly signal: AbortSignal;
}

/** POST a file as it is; answers what the server wrote. Only XMLHttpRequest tells how much of a body was sent. */
export function sendFile(path: string, file: Blob, { onProgress, signal }: Upload): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let sent = 0;
    request.open('POST', path);
    request.setRequestHeader('Accept', 'application/x-ndjson, application/json;q=0.5');
    request.setRequestHeader('Content-Type', 'application/x-tar');
    if (csrfToken !== undefined) request.setRequestHeader(CSRF_HEADER, csrfToken);
    request.upload.onprogress = ({ loaded }) => {
      sent = loaded;
      onProgress(sent, request.responseText);
    };
    request.onprogress = () => onProgress(sent, request.responseText);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.responseText);
      else void refusedUpload(request).then(reject);
    };
    request.onerror = () => reject(new ApiError('The server does not answer.', { status: 0, code: 'OFFLINE' }));
    request.onabort = () => reject(new ApiError('The upload was stopped.', { status: 0, code: 'STOPPED' }));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

async function refusedUpload(request: XMLHttpRequest): Promise<ApiError> {
  return told(firstError(parseJson(request.responseText)), {
    status: request.status,
    statusText: request.statusText,
    requestId: request.getResponseHeader('X-Request-Id') ?? undefined,
  });
}

export interface GetOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Changed {
  readonly location: string | undefined;
  readonly body: unknown;
}

interface Sent {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(method: string, url: string, options: Sent): Promise<Response> {
  const known = csrfToken;
  const response = await ask(method, url, options);
  if (response.ok) return response;
  // Another window may have signed in anew: its session has another token, which this refusal told. Nothing was done yet.
  if (method !== 'GET' && response.status === 403 && csrfToken !== known) {
    const second = await ask(method, url, options);
    if (second.ok) return second;
    throw await refusal(second);
  }
  throw await refusal(response);
}

async function ask(method: string, url: string, { body, signal, headers: extra }: Sent): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...extra };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrfToken !== undefined) headers[CSRF_HEADER] = csrfToken;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    csrfToken = response.headers.get(CSRF_HEADER) ?? csrfToken;
    tellReach(true);
    return response;
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    tellReach(false);
    throw new ApiError('The server does not answer.', { status: 0, code: 'OFFLINE' });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return told(firstError(parseJson(await response.text())), {
    status: response.status,
    statusText: response.statusText,
    requestId: response.headers.get('X-Request-Id') ?? undefined,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

interface Circumstances {
  readonly status: number;
  readonly statusText: string;
  readonly requestId: string | undefined;
  readonly retryAfter?: number | undefined;
}

/** A refusal, once there are texts to tell it with. */
async function told(first: FirstError | undefined, { statusText, ...facts }: Circumstances): Promise<ApiError> {
  if (first?.reason !== undefined) await loadRefusals();
  const { message = statusText, code = 'UNKNOWN', reason, values } = first ?? {};
  return new ApiError(message, { ...facts, code, reason, values });
}

interface FirstError {
  readonly code: string;
  readonly message: string;
  readonly reason: string | undefined;
  readonly values: Readonly<Record<string, string | number>> | undefined;
}

function firstError(body: unknown): FirstError | undefined {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors)) return undefined;
  const first: unknown = body.errors[0];
  if (typeof first !== 'object' || first === null) return undefined;
  const { code, message, reason, values } = first as Record<string, unknown>;
  return {
    code: textOr(code, 'UNKNOWN'),
    message: textOr(message, ''),
    reason: typeof reason === 'string' ? reason : undefined,
    values: typeof values === 'object' && values !== null ? (values as Record<string, string | number>) : undefined,
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
