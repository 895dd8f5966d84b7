import { useQuery } from '@tanstack/react-query';
import { shellWord } from '../format/shell-word.ts';
import { useCurrentUser } from '../session/session.ts';
import { systemInfoQuery } from '../session/system-info.ts';

export type ApiCommand = (method: 'GET' | 'POST', path: string, body?: unknown) => string;

/** Writes the command that does over the API what a button of a page does. curl asks for the password, so that none is in a shell's history. */
export function useApiCommand(): ApiCommand {
  const { username } = useCurrentUser();
  const { data: info } = useQuery(systemInfoQuery);
  const origin = info?.external_url ?? window.location.origin;
  return (method, path, body) =>
    [
      `curl -u ${shellWord(username)}${info?.has_ca_root === true ? ' --cacert ca.crt' : ''}${body === undefined && method !== 'GET' ? ` -X ${method}` : ''}`,
      shellWord(`${origin}/api/v2.0${path}`),
      ...(body === undefined ? [] : [`-H ${shellWord('Content-Type: application/json')}`, `-d ${shellWord(JSON.stringify(body))}`]),
    ].join(' \\\n  ');
}
