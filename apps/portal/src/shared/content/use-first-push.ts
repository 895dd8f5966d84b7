import { shellWord } from '../format/shell-word.ts';
import { useCurrentUser } from '../session/session.ts';
import { useRegistryHost } from '../session/system-info.ts';

/** What brings a first image into a registry that has no project: the push makes it. */
export function useFirstPush(): string {
  const host = useRegistryHost();
  const { username } = useCurrentUser();
  const image = `${host}/demo/nginx:latest`;
  return `docker login ${host} -u ${shellWord(username)}\ndocker pull nginx:latest\ndocker tag nginx:latest ${image}\ndocker push ${image}`;
}
