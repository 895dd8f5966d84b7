import type { ServerResponse } from 'node:http';

export interface ComponentHealth {
  readonly name: string;
  readonly status: 'healthy' | 'unhealthy';
  /** A sentence, present when unhealthy. */
  readonly error?: string;
  /** What kind of trouble it is, such as `ENOSPC`, where that is known. */
  readonly code?: string;
}

/** Rejects with the reason when the component cannot work. */
export type HealthCheck = () => Promise<void>;

/** Probes come every few seconds from several sides at once; they share one look at the components. */
const REUSE_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** Knows whether this process should get traffic. */
export class Health {
  readonly #checks: ReadonlyMap<string, HealthCheck>;
  readonly #advisory: ReadonlySet<string>;
  #stopping = false;
  #looked: { readonly at: number; readonly result: Promise<readonly ComponentHealth[]> } | undefined;

  /** `serving`: without these no request can be answered. `advisory`: shown, but no reason to turn traffic away. */
  constructor(serving: Readonly<Record<string, HealthCheck>>, advisory: Readonly<Record<string, HealthCheck>> = {}) {
    this.#checks = new Map([...Object.entries(serving), ...Object.entries(advisory)]);
    this.#advisory = new Set(Object.keys(advisory));
  }

  /** From now on /readyz answers 503, so that load balancers turn away before connections are refused. */
  stopping(): void {
    this.#stopping = true;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** State of every component, at most {@link REUSE_MS} old. */
  components(): Promise<readonly ComponentHealth[]> {
    const now = performance.now();
    if (this.#looked === undefined || now - this.#looked.at > REUSE_MS) {
      this.#looked = { at: now, result: Promise.all([...this.#checks].map(([name, check]) => lookAt(name, check))) };
    }
    return this.#looked.result;
  }

  /** `/livez`: this process answers. */
  live(response: ServerResponse): void {
    send(response, 200, 'ok\n');
  }

  /** `/readyz`: 200 when every component works and the server is not stopping, else 503 with the reasons, one a line. */
  async ready(response: ServerResponse): Promise<void> {
    if (this.#stopping) {
      send(response, 503, 'stopping\n');
      return;
    }
    const unhealthy = (await this.components()).filter(({ name, status }) => status === 'unhealthy' && !this.#advisory.has(name));
    if (unhealthy.length === 0) send(response, 200, 'ok\n');
    else send(response, 503, unhealthy.map((component) => `${component.name}: ${component.error ?? 'unhealthy'}\n`).join(''));
  }
}

async function lookAt(name: string, check: HealthCheck): Promise<ComponentHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { name, status: 'healthy' };
  } catch (error) {
    // The answer is public: the kind of trouble, not host names or paths. The log has the rest.
    const code = (error as { code?: unknown }).code;
    if (typeof code !== 'string') return { name, status: 'unhealthy', error: 'not working' };
    return { name, status: 'unhealthy', error: `not working (${code})`, code };
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
