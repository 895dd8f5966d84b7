import type { Command } from 'commander';
import { serverFlags } from '../server-flags.ts';

/** Where the server that is configured here listens. */
export async function ownServer(command: Command): Promise<string> {
  const { loadConfig } = await import('@berth/server');
  const { config } = loadConfig(serverFlags(command));
  if (config.externalUrl !== undefined) return config.externalUrl;
  return config.tls === undefined ? `http://127.0.0.1:${config.httpPort}` : `https://localhost:${config.tls.port}`;
}
