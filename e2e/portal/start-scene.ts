import { join } from 'node:path';
import { Berth } from '../harness/berth.ts';
import { run } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { fillScene, PEOPLE_PASSWORD, SCENE } from './scene.ts';

/** Starts a server with people, projects and images for all tests of the portal; answers how to end it. */
export default async function startScene(): Promise<() => Promise<void>> {
  const berth = await Berth.start({ env: { BERTH_LOG_LEVEL: 'warn' } });
  await makeAuthority(berth);
  const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  await fillScene(berth, client);
  client.close();
  // Test workers are processes of their own: what they need travels in the environment.
  process.env[SCENE] = JSON.stringify({ url: berth.url, host: berth.host, adminPassword: berth.adminPassword, password: PEOPLE_PASSWORD });
  return () => berth.dispose();
}

/** A CA where the server looks for one, so that certificates can be issued though this server speaks plain HTTP. */
async function makeAuthority(berth: Berth): Promise<void> {
  const [program = '', ...args] = [...berth.command, 'cert', 'ca', '--dir', join(berth.dataFolder, 'tls'), '--key', 'ec-p256'];
  await run(program, args, { env: berth.environment });
}
