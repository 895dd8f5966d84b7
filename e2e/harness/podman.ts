import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type RunOptions, type RunResult, tryRun } from './processes.ts';
import { removeFolder, scratchFolder } from './scratch.ts';
import { requireTool } from './tools.ts';

/** podman, buildah and skopeo with an image store and a login file of the test's own. */
export class ContainerTools {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<ContainerTools> {
    const tools = new ContainerTools(await scratchFolder('podman'));
    await mkdir(join(tools.folder, 'etc'));
    // Nothing outside may be asked, and every signature policy is the test's own.
    await writeFile(join(tools.folder, 'etc/policy.json'), JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
    return tools;
  }

  get authFile(): string {
    return join(this.folder, 'etc/auth.json');
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, REGISTRY_AUTH_FILE: this.authFile, XDG_RUNTIME_DIR: this.folder };
  }

  get #store(): string[] {
    return ['--root', join(this.folder, 'store'), '--runroot', join(this.folder, 'run'), '--storage-driver', 'overlay'];
  }

  get #podman(): string[] {
    return [...this.#store, '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'];
  }

  async podman(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(requireTool('podman'), [...this.#podman, ...args], this.#with(options));
  }

  async tryPodman(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return tryRun(requireTool('podman'), [...this.#podman, ...args], this.#with(options));
  }

  /** Runs an image without a network and without raising limits, which a container in a container may not. */
  async podmanRun(image: string, command: readonly string[]): Promise<RunResult> {
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
    return this.podman(['run', '--rm', '--network', 'none', ...limits, image, ...command]);
  }

  async buildah(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(requireTool('buildah'), [...this.#store, ...args], this.#with(options));
  }

  async skopeo(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(requireTool('skopeo'), ['--policy', join(this.folder, 'etc/policy.json'), ...args], this.#with(options));
  }

  async trySkopeo(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return tryRun(requireTool('skopeo'), ['--policy', join(this.folder, 'etc/policy.json'), ...args], this.#with(options));
  }

  #with(options: RunOptions): RunOptions {
    return { ...options, env: { ...this.environment, ...options.env } };
  }

  async dispose(): Promise<void> {
    await tryRun('umount', ['-R', join(this.folder, 'store/overlay')]);
    await removeFolder(this.folder);
  }
}
