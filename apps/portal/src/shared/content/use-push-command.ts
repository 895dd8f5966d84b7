import { useRegistryHost } from '../session/system-info.ts';

/** What is typed to push a first image into a project. */
export function usePushCommand(project: string): string {
  const image = `${useRegistryHost()}/${project}/app:1.0`;
  return `docker tag app:1.0 ${image}\ndocker push ${image}`;
}
