import { randomBytes } from 'node:crypto';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';

const PUSHERS = 3;
const PULLERS = 3;
const LAYER_BYTES = 16 * 1024;
const REPOSITORY = 'load/app';

export interface Rates {
  /** Images a second: a layer, a config, a manifest each. */
  readonly pushes: number;
  readonly pulls: number;
}

/** Clients that push and pull small images without a pause, so that what else the server does shows in their rates. */
export class SteadyLoad {
  readonly #client: RegistryClient;
  readonly #running: Promise<void>[];
  #pushes = 0;
  #pulls = 0;
  #stopped = false;

  private constructor(client: RegistryClient, first: string) {
    this.#client = client;
    let latest = first;
    this.#running = [
      ...Array.from({ length: PUSHERS }, (_, index) =>
        this.#forever(async () => {
          latest = (await client.pushImage(REPOSITORY, `t${index}`, randomBytes(LAYER_BYTES))).digest;
          this.#pushes += 1;
        }),
      ),
      ...Array.from({ length: PULLERS }, () =>
        this.#forever(async () => {
          await this.#pull(latest);
          this.#pulls += 1;
        }),
      ),
    ];
    // Told by stop(); until then nobody listens.
    for (const one of this.#running) one.catch(() => undefined);
  }

  static async start(client: RegistryClient): Promise<SteadyLoad> {
    return new SteadyLoad(client, (await client.pushImage(REPOSITORY, 'first', randomBytes(LAYER_BYTES))).digest);
  }

  /** Counts from here until the answer is called. */
  measure(): () => Rates {
    const [begun, pushes, pulls] = [performance.now(), this.#pushes, this.#pulls];
    return () => {
      const seconds = (performance.now() - begun) / 1000;
      return { pushes: (this.#pushes - pushes) / seconds, pulls: (this.#pulls - pulls) / seconds };
    };
  }

  /** Rejects when a push or a pull failed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #pull(digest: string): Promise<void> {
    const manifest = expectStatus('GET manifest', await this.#client.getManifest(REPOSITORY, digest), 200);
    const { config, layers } = JSON.parse(manifest.body.toString()) as { config: { digest: string }; layers: { digest: string }[] };
    for (const blob of [config, ...layers])
      expectStatus('GET blob', await this.#client.ask('GET', `/v2/${REPOSITORY}/blobs/${blob.digest}`), 200, 307);
  }

  async #forever(act: () => Promise<void>): Promise<void> {
    while (!this.#stopped) await act();
  }
}
