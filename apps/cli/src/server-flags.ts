import type { ConfigFlags } from '@berth/server';
import { type Command, Option } from 'commander';

type Setting = keyof NonNullable<ConfigFlags['values']>;

interface Flag {
  readonly flag: string;
  readonly argument: string;
  readonly setting: Setting;
  readonly about: string;
}

/** Flags for the settings people try out; every setting, secrets too, exists in the environment and in berth.yml. */
const FLAGS: readonly Flag[] = [
  { flag: '--data', argument: '<directory>', setting: 'data', about: 'data directory (BERTH_DATA; default ./data)' },
  { flag: '--host', argument: '<address>', setting: 'host', about: 'address to listen on (BERTH_HOST; default 127.0.0.1)' },
  { flag: '--http-port', argument: '<port>', setting: 'httpPort', about: 'HTTP port, 0 for any free one (BERTH_HTTP_PORT; default 8080)' },
  { flag: '--https-port', argument: '<port>', setting: 'httpsPort', about: 'HTTPS port (BERTH_HTTPS_PORT; default 8443)' },
  { flag: '--tls', argument: '<mode>', setting: 'tlsMode', about: 'auto: make a CA and a certificate for this host (BERTH_TLS)' },
  { flag: '--tls-cert', argument: '<file>', setting: 'tlsCertificate', about: 'PEM certificate with its chain (BERTH_TLS_CERT)' },
  { flag: '--tls-key', argument: '<file>', setting: 'tlsKey', about: 'PEM private key (BERTH_TLS_KEY)' },
  { flag: '--external-url', argument: '<url>', setting: 'externalUrl', about: 'URL that clients use (BERTH_EXTERNAL_URL)' },
  { flag: '--workers', argument: '<number>', setting: 'workers', about: 'HTTP worker processes (BERTH_WORKERS)' },
  { flag: '--metrics-port', argument: '<port>', setting: 'metricsPort', about: 'Prometheus port (BERTH_METRICS_PORT; default 9090)' },
  { flag: '--log-level', argument: '<level>', setting: 'logLevel', about: 'trace, debug, info, warn, error or fatal (BERTH_LOG_LEVEL)' },
];

const CONFIG = new Option('--config <file>', 'configuration file (BERTH_CONFIG; default ./berth.yml when present)');

/** Adds `--config` and the settings in `only`, or all of them. */
export function addServerFlags(command: Command, only?: readonly Setting[]): Command {
  command.addOption(CONFIG);
  for (const { flag, argument, setting, about } of FLAGS) {
    if (only === undefined || only.includes(setting)) command.addOption(new Option(`${flag} ${argument}`, about));
  }
  return command;
}

/** What was given on the command line, in the shape that loadConfig takes. */
export function serverFlags(command: Command): ConfigFlags {
  const given = command.opts<Record<string, string | undefined>>();
  const values: NonNullable<ConfigFlags['values']> = {};
  for (const { flag, argument, setting } of FLAGS) {
    const value = given[new Option(`${flag} ${argument}`).attributeName()];
    if (value !== undefined) values[setting] = { value, flag };
  }
  return { values, ...(given.config === undefined ? {} : { config: given.config }) };
}
