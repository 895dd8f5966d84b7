import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestListener, Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Config } from '../config.ts';
import type { OriginOf } from '../http/forwarded.ts';
import type { Health } from '../http/health.ts';
import { createPlainServer, createTlsServer, listen, reloadCertificate } from '../http/listeners.ts';
import { refusePlainHttp } from '../http/plain-http.ts';
import type { Logger } from '../logging.ts';
import type { RequestTally } from './request-tally.ts';

export interface WebParts {
  readonly app: RequestListener;
  readonly health: Health;
  readonly originOf: OriginOf;
  readonly logger: Logger;
  /** Ends what would never end by itself: streams of events. */
  leaving?(): void;
  /** After the last request: writes what waits to be written together. */
  left?(): Promise<void>;
  /** Counts what a stop has to wait for. */
  readonly tally: RequestTally;
}

/** Ports in use; known only after listening, since 0 lets the system choose. */
export interface WebPorts {
  readonly http: number;
  readonly https?: number;
}

/** Idle connections are looked for this often while draining; a request may be sent into one at any moment, so not less often. */
const SWEEP_MS = 50;
/** After the drain time connections are cut; this long handlers get to save what they have. */
const SAVE_MS = 5_000;

/** The listeners of one process. */
export class Web {
  readonly ports: WebPorts;
  readonly #servers: readonly Server[];
  readonly #tls: HttpsServer | undefined;
  readonly #parts: WebParts;
  readonly #config: Config;

  private constructor(state: {
    ports: WebPorts;
    servers: readonly Server[];
    tls: HttpsServer | undefined;
    parts: WebParts;
    config: Config;
  }) {
    this.ports = state.ports;
    this.#servers = state.servers;
    this.#tls = state.tls;
    this.#parts = state.parts;
    this.#config = state.config;
  }

  /** Listens as configured. Throws StartError when a port or a certificate cannot be used, with nothing left open. */
  static async start(config: Config, parts: WebParts): Promise<Web> {
    const app = parts.tally.counted(parts.app);
    const tlsConfig = config.tls;
    if (tlsConfig === undefined) {
      const plain = createPlainServer(app);
      const http = await listen(plain, { host: config.host, port: config.httpPort, setting: 'BERTH_HTTP_PORT' });
      return new Web({ ports: { http }, servers: [plain], tls: undefined, parts, config });
    }
    const tls = createTlsServer(tlsConfig, app);
    let httpsPort = tlsConfig.port;
    const plain = createPlainServer(
      refusePlainHttp(app, { originOf: parts.originOf, externalUrl: config.externalUrl, tlsPort: () => httpsPort }),
    );
    const http = await listen(plain, { host: config.host, port: config.httpPort, setting: 'BERTH_HTTP_PORT' });
    try {
      httpsPort = await listen(tls, { host: config.host, port: tlsConfig.port, setting: 'BERTH_HTTPS_PORT' });
    } catch (error) {
      plain.close();
      throw error;
    }
    return new Web({ ports: { http, https: httpsPort }, servers: [plain, tls], tls, parts, config });
  }

  get requestsUnderWay(): number {
    return this.#parts.tally.requests;
  }

  /** Takes certificate and key from their files again, for connections to come. Throws StartError and keeps the old pair. */
  reloadCertificate(): void {
    if (this.#tls !== undefined && this.#config.tls !== undefined) reloadCertificate(this.#tls, this.#config.tls);
  }

  async #farewell(hurried: Promise<void>): Promise<void> {
    const { farewellSeconds } = this.#config;
    if (farewellSeconds === 0) return;
    const over = new AbortController();
    await Promise.race([sleep(farewellSeconds * 1000, undefined, { signal: over.signal }).catch(() => undefined), hurried]);
    over.abort();
  }

  /**
   * Stops: /readyz says so, and for the farewell time requests are still taken, each on its connection's last answer, since a load balancer
   * needs a moment to turn away. Then no new connections; connections end after the answer under way. Requests still running after the
   * drain time, or when it is `hurried`, are cut; uploads among them keep what they have as a checkpoint and can be resumed.
   */
  async stop(hurried: Promise<void> = new Promise(() => undefined)): Promise<void> {
    this.#parts.health.stopping();
    this.#parts.tally.leave();
    this.#parts.leaving?.();
    await this.#farewell(hurried);
    for (const server of this.#servers) server.close();
    const sweep = setInterval(() => {
      for (const server of this.#servers) server.closeIdleConnections();
    }, SWEEP_MS);
    try {
      const drained = this.#parts.tally.idle(this.#config.drainSeconds * 1000);
      if (await Promise.race([drained, hurried.then(() => false)])) return;
      this.#parts.logger.warn({ requests: this.#parts.tally.requests }, 'cutting requests that did not finish in time');
      for (const server of this.#servers) server.closeAllConnections();
      await this.#parts.tally.idle(SAVE_MS);
    } finally {
      clearInterval(sweep);
      for (const server of this.#servers) server.closeAllConnections();
      await this.#parts.left?.();
    }
  }
}
