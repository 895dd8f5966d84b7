import type { ApiOperation, Models } from './api-document.ts';
import { shellWord } from '../../shared/format/shell-word.ts';
import { exampleOf } from './schema-text.ts';

export interface CurlPlace {
  /** `https://registry.example:8443`. */
  readonly origin: string;
  readonly username: string;
  /** The server's certificate is of a CA of its own, which stands in ca.crt. */
  readonly hasCa: boolean;
  readonly models: Models;
}

/**
 * The command for an operation, with the parameters that were typed; those that are missing from the path stay as `{name}`. It asks for the
 * password, so that none is in a shell's history.
 */
export function curlCommand(operation: ApiOperation, values: Readonly<Record<string, string>>, place: CurlPlace): string {
  const { method, body, answers } = operation;
  const words = ['curl', '-u', shellWord(place.username), ...(place.hasCa ? ['--cacert', 'ca.crt'] : [])];
  if (method === 'HEAD') words.push('-I');
  else if (method !== 'GET') words.push('-X', method);
  const answer = answers.find(({ status }) => status.startsWith('2'))?.content?.type ?? '';
  if (/octet-stream|tar|zip|csv|x509/.test(answer)) words.push('-OJ');
  if (answer === 'text/event-stream') words.push('-N');
  words.push(shellWord(place.origin + addressOf(operation, values)));
  if (body === undefined) return words.join(' ');
  const content =
    body.type === 'application/json'
      ? `-d ${shellWord(JSON.stringify(exampleOf(body.schema, place.models), null, 2))}`
      : '--data-binary @FILE';
  return `${words.join(' ')} \\\n  -H ${shellWord(`Content-Type: ${body.type}`)} \\\n  ${content}`;
}

function addressOf({ path, parameters }: ApiOperation, values: Readonly<Record<string, string>>): string {
  const filled = path.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? '';
    if (value === '') return whole;
    // A repository's slashes are encoded twice, as Harbor wants them.
    return name === 'repository_name' ? encodeURIComponent(encodeURIComponent(value)) : encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const { name, where } of parameters) {
    const value = values[name] ?? '';
    if (where === 'query' && value !== '') query.set(name, value);
  }
  return `/api/v2.0${filled}${query.size === 0 ? '' : `?${query.toString()}`}`;
}
