import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type S3Server, startCephRgw } from '@berth/testkit/ceph-rgw';
import { Berth, type BerthOptions } from './berth.ts';
import { TcpProxy } from './tcp-proxy.ts';

const BUCKET = 'layers';

export interface BerthOnS3Options extends BerthOptions {
  /** Puts a wire that can be cut between the two. */
  readonly wired?: boolean;
}

/** A real S3 server and a Berth that stores in it. */
export class BerthOnS3 {
  readonly server: S3Server;
  readonly bucket = BUCKET;
  readonly berth: Berth;
  readonly #env: NodeJS.ProcessEnv;
  readonly #wire: TcpProxy | undefined;

  private constructor(parts: { server: S3Server; berth: Berth; env: NodeJS.ProcessEnv; wire: TcpProxy | undefined }) {
    this.server = parts.server;
    this.berth = parts.berth;
    this.#env = parts.env;
    this.#wire = parts.wire;
  }

  static async start({ wired = false, ...options }: BerthOnS3Options = {}): Promise<BerthOnS3> {
    const server = await startCephRgw();
    const at = new URL(server.endpoint);
    const wire = wired ? await TcpProxy.start({ host: at.hostname, port: Number(at.port) }) : undefined;
    try {
      const client = s3Client(server);
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
      client.destroy();
      const env: NodeJS.ProcessEnv = {
        BERTH_STORAGE: 's3',
        BERTH_S3_ENDPOINT: wire === undefined ? server.endpoint : `http://127.0.0.1:${wire.port}`,
        BERTH_S3_BUCKET: BUCKET,
        BERTH_S3_ACCESS_KEY_ID: server.accessKeyId,
        BERTH_S3_SECRET_ACCESS_KEY: server.secretAccessKey,
        ...options.env,
      };
      return new BerthOnS3({ server, berth: await Berth.start({ ...options, env }), env, wire });
    } catch (error) {
      await wire?.close();
      await server.stop();
      throw error;
    }
  }

  /** On the same data, with other settings. */
  async restart(change: Readonly<Record<string, string>>): Promise<void> {
    await this.berth.stop();
    Object.assign(this.#env, change);
    await this.berth.start();
  }

  /** Of a `wired` one. */
  get wire(): TcpProxy {
    if (this.#wire === undefined) throw new Error('This storage has no wire of its own.');
    return this.#wire;
  }

  async dispose(): Promise<void> {
    await this.berth.dispose();
    await this.#wire?.close();
    await this.server.stop();
  }
}

export type S3Access = Omit<S3Server, 'stop'>;

/** The SDK with the settings that stores other than Amazon's need. */
export function s3Client({ endpoint, region, accessKeyId, secretAccessKey }: S3Access): S3Client {
  return new S3Client({
    ...{ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
