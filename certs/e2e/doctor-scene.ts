import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { BadCertificates, type Pair } from './bad-certificates.ts';
import { type Outcome, Sandbox } from './sandbox.ts';

export interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly docker?: string;
  readonly browser?: string;
  readonly fix?: readonly string[];
}
export interface Diagnosis {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
  readonly docker: string | null;
}

/** A machine with a docker engine, a CA, and servers that are wrong in one way each; the doctor is asked what docker would say of them. */
export class DoctorScene {
  readonly #cleanups: (() => Promise<void>)[] = [];
  #sandbox: Sandbox | undefined;
  #bad: BadCertificates | undefined;
  #ca: Pair | undefined;

  async open(): Promise<void> {
    this.#sandbox = await Sandbox.create(['harbor.daemon.io', 'cdh1', 'other.daemon.io']);
    this.#bad = new BadCertificates(this.#sandbox);
    this.#ca = await this.#bad.authority('bad-ca', '/O=example/CN=example CA');
    expect(await this.#sandbox.startEngine()).toBe(true);
  }

  async close(): Promise<void> {
    await this.#sandbox?.dispose();
  }

  /** Ends what one test started, and takes back what it trusted. */
  async clean(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0)) await cleanup();
    for (const engine of ['docker', 'containers', 'containerd'])
      await rm(join(this.sandbox.folder, engine, 'certs.d'), { recursive: true, force: true });
  }

  get sandbox(): Sandbox {
    return opened(this.#sandbox);
  }

  get bad(): BadCertificates {
    return opened(this.#bad);
  }

  get ca(): Pair {
    return opened(this.#ca);
  }

  afterwards(cleanup: () => Promise<void>): void {
    this.#cleanups.push(cleanup);
  }

  async serve(port: number, pair?: Pair): Promise<void> {
    const service = await this.sandbox.registry(port, pair);
    this.afterwards(() => service.stop());
  }

  /** A server of a few lines that answers as the script says; for what a real registry will not do. */
  async serveScript(port: number, script: string): Promise<void> {
    const service = await this.sandbox.start(process.execPath, ['--input-type=module', '-e', script], port);
    this.afterwards(() => service.stop());
  }

  async trust(host: string, file: string, name = 'ca.crt'): Promise<void> {
    const directory = join(this.sandbox.folder, 'docker', 'certs.d', host);
    await mkdir(directory, { recursive: true });
    await cp(file, join(directory, name));
  }

  async diagnose(host: string, ...args: string[]): Promise<Diagnosis & { readonly code: number }> {
    const outcome = await this.sandbox.berth('doctor', host, '--json', ...args);
    expect(outcome.stderr).toBe('');
    return { ...(JSON.parse(outcome.stdout) as Diagnosis), code: outcome.code };
  }

  /** docker fails, and the doctor quotes it word for word, under the check that is to blame. */
  async expectQuote(host: string, id: string): Promise<{ readonly check: Check; readonly diagnosis: Diagnosis; readonly login: Outcome }> {
    const login = await this.sandbox.login(host);
    expect(login.code).not.toBe(0);
    const diagnosis = await this.diagnose(host);
    expect(diagnosis.code).toBe(1);
    expect(stable(diagnosis.docker)).toBe(stable(login.stderr.replace(/^WARNING.*\n/gm, '')));
    const check = diagnosis.checks.find((one) => one.id === id && one.status === 'fail');
    expect(check, JSON.stringify(diagnosis.checks, null, 1)).toBeDefined();
    expect(stable(check?.docker)).toBe(stable(diagnosis.docker));
    expect(check?.fix?.length).toBeGreaterThan(0);
    return { check: check as Check, diagnosis, login };
  }
}

/** Opens a scene before the first test of the file and closes it after the last one. */
export function useDoctorScene(): DoctorScene {
  const scene = new DoctorScene();
  beforeAll(() => scene.open());
  afterAll(() => scene.close());
  afterEach(() => scene.clean());
  return scene;
}

function opened<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The scene is not open yet.');
  return part;
}

/** The clock moves between docker's attempt and ours; everything else must be equal. */
function stable(text: string | null | undefined): string {
  return (text ?? '').trim().replace(/current time \S+/, 'current time T');
}
