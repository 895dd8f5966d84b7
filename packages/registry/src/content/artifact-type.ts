import { isIndexType } from '@berth/oci';

const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);
export const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json';
/** The middle of a config's media type, as Harbor reads it. */
const CONFIG_TYPE = /^application\/vnd\.[^.]+\.(.+)\.config\.[^.]+$/;

/** Harbor's word for what an artifact is: IMAGE, CHART, else the middle of the config's media type, else UNKNOWN. */
export function artifactType(mediaType: string, declared: string | undefined): string {
  if (declared === undefined) return isIndexType(mediaType.toLowerCase()) ? 'IMAGE' : 'UNKNOWN';
  if (IMAGE_CONFIGS.has(declared)) return 'IMAGE';
  if (declared === HELM_CONFIG) return 'CHART';
  return CONFIG_TYPE.exec(declared)?.[1]?.toUpperCase() ?? 'UNKNOWN';
}

export function isImageConfig(mediaType: string | undefined): boolean {
  return mediaType !== undefined && IMAGE_CONFIGS.has(mediaType);
}
