import type { Config } from '../config.ts';
import type { WebPorts } from './web.ts';

export interface Announcement {
  readonly config: Config;
  readonly ports: WebPorts;
  /** Absent when metrics are not served. */
  readonly metricsPort: number | undefined;
  /** Path of the file with the generated first password, while it exists. */
  readonly passwordFile: string | undefined;
}

/** The URL to use from this machine, or the configured one. */
export function shownUrl({ config, ports }: Announcement): string {
  if (config.externalUrl !== undefined) return config.externalUrl;
  const host =
    config.host === '0.0.0.0' ? '127.0.0.1' : config.host === '::' ? '[::1]' : config.host.includes(':') ? `[${config.host}]` : config.host;
  return ports.https === undefined ? `http://${host}:${ports.http}` : `https://${host}:${ports.https}`;
}

/** What a person at a terminal wants to know after the start, ready to copy. */
export function banner(announcement: Announcement): string {
  const url = shownUrl(announcement);
  const host = url.replace(/^https?:\/\//, '');
  const { passwordFile, metricsPort, config } = announcement;
  const lines = [
    `Berth is ready at ${url}`,
    '',
    ...(passwordFile === undefined ? [] : [`  The password of admin is in ${passwordFile}`]),
    `  docker login ${host} -u admin`,
    `  docker push ${host}/PROJECT/IMAGE:TAG   (the first push creates the project)`,
    '',
    `  Data: ${config.dataDir}${metricsPort === undefined ? '' : `   Metrics: port ${metricsPort}`}   Stop: Ctrl-C`,
  ];
  return `\n${lines.join('\n')}\n\n`;
}
