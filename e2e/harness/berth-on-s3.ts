import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type S3Server, startCephRgw } from '@berth/testkit/ceph-rgw';
import { Berth, type BerthOptions } from './berth.ts';

const BUCKET = 'layers';

/** A real S3 server and a Berth that stores in it. */
export class BerthOnS3 {
  readonly server: S3Server;
  readonly bucket = BUCKET;
  readonly berth: Berth;
  readonly #env: NodeJS.ProcessEnv;

  private constructor({ server, berth, env }: { server: S3Server; berth: Berth; env: NodeJS.ProcessEnv }) {
    this.server = server;
    this.berth = berth;
    this.#env = env;
  }

  static async start(options: BerthOptions = {}): Promise<BerthOnS3> {
    const server = await startCephRgw();
    try {
      const client = s3Client(server);
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
      client.destroy();
      const env: NodeJS.ProcessEnv = {
        BERTH_STORAGE: 's3',
        BERTH_S3_ENDPOINT: server.endpoint,
        BERTH_S3_BUCKET: BUCKET,
        BERTH_S3_ACCESS_KEY_ID: server.accessKeyId,
        BERTH_S3_SECRET_ACCESS_KEY: server.secretAccessKey,
        ...options.env,
      };
      return new BerthOnS3({ server, berth: await Berth.start({ ...options, env }), env });
    } catch (error) {
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

  async dispose(): Promise<void> {
    await this.berth.dispose();
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
