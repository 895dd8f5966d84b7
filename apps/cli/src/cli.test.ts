import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { berth, startBerth } from './testing/berth.ts';

const directory = mkdtempSync(join(tmpdir(), 'berth-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('exit codes', () => {
  it.each([
    ['an unknown verb', ['nonsense']],
    ['an unknown option', ['serve', '--nonsense']],
    ['an option without its value', ['serve', '--data']],
    ['a missing argument', ['admin', 'reset-password']],
    ['a missing required option', ['admin', 'create-user', 'alice']],
    ['two sources of a password', ['admin', 'reset-password', 'a', '--generate', '--password-stdin']],
    ['no terminal to ask for a password', ['admin', 'reset-password', 'a']],
    ['a password file that is missing', ['admin', 'reset-password', 'a', '--password-file', '/nowhere/x']],
    ['nothing on stdin', ['admin', 'reset-password', 'a', '--password-stdin']],
  ])('%s is wrong usage: 2, a message on stderr, nothing on stdout', async (_what, args) => {
    const outcome = await berth(args);
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).not.toBe('');
  });

  it.each([[['nonsense']], [['doctor']], [['storage', 'migrat']], [['cert', 'server', '--nonsense', 'a']]])(
    'after %j it says where the arguments are told',
    async (args) => {
      expect((await berth(args)).stderr).toMatch(/^error: .*\n(.*\n)?\(add --help for the options and examples\)\n$/);
    },
  );

  it.each([[['--help']], [['serve', '--help']], [['admin', '--help']], [['admin', 'create-user', '--help']], [['doctor', '--help']]])(
    '%j succeeds, with examples before the usage',
    async (args) => {
      const outcome = await berth(args);
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toMatch(/^Examples:\n {2}\S[\s\S]*\nUsage:/);
    },
  );

  it('a wrong configuration is a failure: 1', async () => {
    const outcome = await berth(['admin', 'check-config'], { env: { BERTH_HTTP_PORT: 'x' } });
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(outcome.stderr).toBe('berth: BERTH_HTTP_PORT is "x": give a port number from 0 to 65535 (0 lets the system choose).\n');
  });
});

describe('where no server was ever started', () => {
  it.each([
    [['backup', '--output', join(directory, 'backups')]],
    [['storage', 'fsck']],
    [['audit', 'verify']],
    [['admin', 'list-users']],
    [['admin', 'create-user', 'alice', '--email', 'alice@example.com', '--generate']],
  ])('%j does not make an empty registry and call it well', async (args) => {
    const data = join(directory, 'nowhere');
    const outcome = await berth(args, { env: { BERTH_DATA: data } });
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(outcome.stderr).toContain(`There is no registry in ${data}`);
    expect([existsSync(data), existsSync(join(directory, 'backups'))]).toEqual([false, false]);
  });

  it('upgrade check says so and makes nothing', async () => {
    const data = join(directory, 'nowhere');
    const outcome = await berth(['upgrade', 'check', '--json'], { env: { BERTH_DATA: data } });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ schema: 'new' });
    expect(existsSync(data)).toBe(false);
  });
});

it('says what the system refused in one line', async () => {
  const harbor = join(directory, 'harbor.yml');
  writeFileSync(harbor, 'hostname: registry.example.com\n');
  const outcome = await berth(['config', 'import', harbor, '--output', join(directory, 'no-such-folder/berth.yml')]);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr.trimEnd().split('\n').at(-1)).toMatch(/^berth: ENOENT: no such file or directory, open '.*'\.$/);
});

it('ends without a word when nobody reads its output', async () => {
  const { child, outcome } = startBerth(['admin', 'check-config', '--json']);
  child.stdout?.destroy();
  expect(await outcome).toEqual({ code: 1, stdout: '', stderr: '' });
});

it('prints its version', async () => {
  expect((await berth(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('berth admin check-config', () => {
  it('shows values and where they come from, and no secret', async () => {
    const config = join(directory, 'berth.yml');
    writeFileSync(config, 'http: {port: 81}\nnonsense: 1\n');
    const env = { BERTH_CONFIG: config, BERTH_LOG_LEVEL: 'debug', BERTH_SECRET_KEY: 'hunter2-'.repeat(5) };
    const outcome = await berth(['admin', 'check-config', '--json', '--host', '0.0.0.0'], { env });
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(/^Warning: nonsense in /);
    const { file, settings } = JSON.parse(outcome.stdout) as {
      file: string;
      settings: { variable: string; value?: string; from: string }[];
    };
    expect(file).toBe(config);
    const line = (variable: string): unknown => settings.find((setting) => setting.variable === variable);
    expect(line('BERTH_HTTP_PORT')).toMatchObject({ value: '81', from: `http.port in ${config}` });
    expect(line('BERTH_LOG_LEVEL')).toMatchObject({ value: 'debug', from: 'BERTH_LOG_LEVEL' });
    expect(line('BERTH_HOST')).toMatchObject({ value: '0.0.0.0', from: '--host' });
    expect(line('BERTH_METRICS_PORT')).toMatchObject({ value: '9090', from: 'default' });
    expect(outcome.stdout).not.toContain('hunter2');
  });
});
