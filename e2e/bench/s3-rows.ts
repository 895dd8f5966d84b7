import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { cephRgwLacks } from '@berth/testkit/ceph-rgw';
import { BerthOnS3, type S3Access, s3Client } from '../harness/berth-on-s3.ts';
import { run } from '../harness/processes.ts';
import { LargeContent } from '../harness/random-bytes.ts';
import { RegistryClient, withQuery } from '../harness/registry-client.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';
import { upload } from './curl-transfers.ts';
import type { Line } from './report.ts';
import { median } from './statistics.ts';

const MIB = 1024 * 1024;
const REPOSITORY = 'bench/app';
const SIZE = 200 * MIB;
const LAYER = 5 * 1024 * MIB;
const PART = 8 * MIB;
const SCOPE = `repository:${REPOSITORY}:pull,push`;
const BAR = 0.8;
/** Bytes that all Node processes of the server may take while a layer of 5 GiB comes. */
const MEMORY = 300e6;

export interface S3Settings {
  readonly rounds: number;
  /** Also a layer of 5 GiB, for the memory it takes. */
  readonly large: boolean;
}

/** Uploads through Berth beside the SDK's own Upload of the same size, in turns, to one Ceph gateway. Undefined when there is none. */
export async function s3Lines({ rounds, large }: S3Settings, say: (sentence: string) => void): Promise<Line[] | undefined> {
  const lack = cephRgwLacks();
  if (lack !== undefined) {
    say(`The rows on S3 ${lack}`);
    return undefined;
  }
  say('Starting Ceph and Berth on it.');
  const site = await BerthOnS3.start();
  const client = new RegistryClient(site.berth.url, { user: 'admin', password: site.berth.adminPassword });
  try {
    const headers = async (): Promise<Record<string, string>> => ({ authorization: `Bearer ${await client.token([SCOPE])}` });
    await client.startUpload(REPOSITORY); // makes the project
    const rates = { berth: [] as number[], sdk: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      rates.sdk.push(await sdkRate(site));
      const target = { host: '127.0.0.1', port: site.berth.port };
      const { bytes, seconds } = await upload({ target, headers: await headers(), connections: 1 }, REPOSITORY, SIZE);
      rates.berth.push(bytes / 1e6 / seconds);
      say(`S3 round ${round + 1}: Berth ${rates.berth.at(-1)?.toFixed(0)} MB/s, SDK ${rates.sdk.at(-1)?.toFixed(0)} MB/s`);
    }
    const [berth, peer] = [median(rates.berth), median(rates.sdk)];
    const ratio = berth / peer;
    const lines: Line[] = [
      {
        name: 's3 blob PUT 200 MiB, beside the AWS SDK',
        unit: 'MB/s',
        berth,
        peer,
        ratio,
        bar: { text: `>= ${BAR}x`, held: ratio >= BAR },
      },
    ];
    if (large) lines.push(...(await largeLines(site, client, say)));
    return lines;
  } finally {
    client.close();
    await site.dispose();
  }
}

async function sdkRate(site: BerthOnS3): Promise<number> {
  const folder = await scratchFolder('bench-sdk');
  try {
    const file = join(folder, 'content');
    await pipeline(new LargeContent(SIZE).stream(), createWriteStream(file));
    await run('sync', []);
    const { endpoint, region, accessKeyId, secretAccessKey } = site.server;
    const task = JSON.stringify({ endpoint, region, accessKeyId, secretAccessKey, bucket: site.bucket, file });
    const { stdout } = await run(process.execPath, [fileURLToPath(import.meta.url), 'sdk-upload'], { input: task });
    return SIZE / 1e6 / Number(stdout);
  } finally {
    await removeFolder(folder);
  }
}

/** In a process of its own, as an application would have it: reads the task from standard input and prints seconds. */
export async function serveSdkUpload(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  const { bucket, file, ...access } = JSON.parse(Buffer.concat(chunks).toString()) as S3Access & { bucket: string; file: string };
  const client = s3Client(access);
  const params = { Bucket: bucket, Key: 'by-sdk', Body: createReadStream(file) };
  const begun = performance.now();
  await new Upload({ client, params, partSize: PART }).done();
  process.stdout.write(String((performance.now() - begun) / 1000));
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'by-sdk' }));
  client.destroy();
}

/** As docker pushes: all in one PATCH of unknown length, then the PUT. */
async function largeLines(site: BerthOnS3, client: RegistryClient, say: (sentence: string) => void): Promise<Line[]> {
  const { berth } = site;
  say('Sending a layer of 5 GiB.');
  const content = new LargeContent(LAYER);
  const location = await client.startUpload(REPOSITORY);
  const authorization = `authorization: Bearer ${await client.token([SCOPE])}`;
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, berth.memory().node)), 200);
  const begun = performance.now();
  try {
    const patched = await send(content, [
      '-X',
      'PATCH',
      '-H',
      authorization,
      '-H',
      'content-type: application/octet-stream',
      `${berth.url}${location}`,
    ]);
    if (patched !== 202) throw new Error(`The PATCH answered ${patched}.`);
    const digest = content.digest();
    const finished = await client.ask('PUT', withQuery(location, { digest }));
    if (finished.status !== 201) throw new Error(`The PUT answered ${finished.status}: ${finished.body.toString()}`);
  } finally {
    clearInterval(watching);
  }
  const seconds = (performance.now() - begun) / 1000;
  say(`5 GiB in ${seconds.toFixed(0)} s, with the client's own hashing.`);
  return [
    {
      ...{ name: 's3 memory of Berth during a layer of 5 GiB', unit: 'MB', berth: most / 1e6, peer: undefined, ratio: undefined },
      bar: { text: `<= ${MEMORY / 1e6} MB`, held: most <= MEMORY },
    },
  ];
}

/** Streams the content through curl; answers the status. */
async function send(content: LargeContent, args: readonly string[]): Promise<number> {
  const curl = spawn(requireTool('curl'), ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '-H', 'Expect:', '-T', '-', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let status = '';
  curl.stdout.on('data', (chunk: Buffer) => (status += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => curl.once('close', resolve).once('error', reject));
  await pipeline(content.stream(), curl.stdin);
  if ((await ended) !== 0) throw new Error('curl failed.');
  return Number(status);
}
