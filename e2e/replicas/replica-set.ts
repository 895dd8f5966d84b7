import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Berth } from '../harness/berth.ts';
import { PostgresServer } from '../harness/postgres-server.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { AlternatingProxy } from './alternating-proxy.ts';

interface Parts {
  readonly replicas: readonly [Berth, Berth];
  readonly proxy: AlternatingProxy;
  readonly postgres: PostgresServer;
  readonly shared: string;
  readonly adminPassword: string;
}

/** Two servers on one Postgres and one shared disk, behind a load balancer that never sends two requests in a row to the same one. */
export class ReplicaSet {
  readonly replicas: readonly [Berth, Berth];
  readonly proxy: AlternatingProxy;
  readonly adminPassword: string;
  readonly #postgres: PostgresServer;
  readonly #shared: string;

  private constructor(parts: Parts) {
    this.replicas = parts.replicas;
    this.proxy = parts.proxy;
    this.adminPassword = parts.adminPassword;
    this.#postgres = parts.postgres;
    this.#shared = parts.shared;
  }

  static async start(): Promise<ReplicaSet> {
    const shared = await scratchFolder('shared');
    const postgres = await PostgresServer.start();
    const env = {
      BERTH_DATABASE_URL: postgres.url,
      BERTH_DATA: join(shared, 'data'),
      BERTH_ADMIN_PASSWORD: `Aa1${randomBytes(12).toString('base64url')}`,
      BERTH_TRUSTED_PROXIES: '127.0.0.1',
      // Longer than the load balancer needs to notice.
      BERTH_FAREWELL_SECONDS: '1',
    };
    // Both at once, on an empty database: one makes the schema and the administrator, the other waits for it.
    const replicas = await Promise.all([Berth.start({ env }), Berth.start({ env })]);
    const proxy = await AlternatingProxy.start(replicas.map((berth) => berth.url));
    return new ReplicaSet({ replicas, proxy, postgres, shared, adminPassword: env.BERTH_ADMIN_PASSWORD });
  }

  /** A client that speaks through the load balancer, or straight to one replica. */
  client(replica?: 0 | 1): RegistryClient {
    return new RegistryClient(replica === undefined ? this.proxy.url : this.replicas[replica].url, {
      user: 'admin',
      password: this.adminPassword,
    });
  }

  async dispose(): Promise<void> {
    await this.proxy.close();
    for (const berth of this.replicas) await berth.dispose();
    await this.#postgres.dispose();
    await removeFolder(this.#shared);
  }
}
