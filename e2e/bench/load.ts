import { type Descriptor } from '../harness/registry-client.ts';
import { LargeContent } from '../harness/random-bytes.ts';
import { RawConnection, requestBytes, type Target } from './raw-connection.ts';

/** Work for the load process; every kind answers how much was done in how long. */
export type Job =
  | {
      readonly kind: 'repeat';
      readonly method: 'GET' | 'HEAD';
      /** Asked in turn; a list of pages counts as one operation. */
      readonly paths: readonly string[];
      readonly headers: Readonly<Record<string, string>>;
      readonly connections: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'put';
      readonly repository: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly size: number;
      readonly connections: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'mount';
      readonly into: string;
      readonly from: string;
      readonly blobs: readonly Descriptor[];
      readonly headers: Readonly<Record<string, string>>;
      readonly connections: number;
    };

export interface Outcome {
  readonly operations: number;
  readonly bytes: number;
  readonly seconds: number;
}

export async function runJob(target: Target, job: Job): Promise<Outcome> {
  const connections = await Promise.all(Array.from({ length: job.connections }, async () => RawConnection.open(target)));
  try {
    switch (job.kind) {
      case 'repeat':
        return await repeat(connections, job);
      case 'put':
        return await put(connections, job);
      case 'mount':
        return await mount(connections, job);
      default:
        throw new Error('There is no such job.');
    }
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function repeat(connections: readonly RawConnection[], job: Job & { kind: 'repeat' }): Promise<Outcome> {
  const requests = job.paths.map((path) => requestBytes(job.method, path, job.headers));
  const headOnly = job.method === 'HEAD';
  let operations = 0;
  let bytes = 0;
  const begun = performance.now();
  const deadline = begun + job.durationMs;
  await Promise.all(
    connections.map(async (connection) => {
      do {
        for (const request of requests) {
          const answer = await connection.exchange(request, headOnly);
          if (answer.status !== 200) throw new Error(`${job.method} ${job.paths[0]} answered ${answer.status}.`);
          bytes += answer.bodyBytes;
        }
        operations += 1;
      } while (performance.now() < deadline);
    }),
  );
  return { operations, bytes, seconds: (performance.now() - begun) / 1000 };
}

async function put(connections: readonly RawConnection[], job: Job & { kind: 'put' }): Promise<Outcome> {
  // Digests are made beforehand: the client's hashing is not what is measured.
  const perConnection = 150;
  const work = connections.map((connection) => ({
    connection,
    contents: Array.from({ length: perConnection }, () => new LargeContent(job.size)).map((content) => ({
      content,
      digest: content.digest(),
    })),
  }));
  const post = requestBytes('POST', `/v2/${job.repository}/blobs/uploads/`, { ...job.headers, 'Content-Length': '0' });
  let operations = 0;
  const begun = performance.now();
  const deadline = begun + job.durationMs;
  await Promise.all(
    work.map(async ({ connection, contents }) => {
      for (const { content, digest } of contents) {
        const started = await connection.exchange(post);
        if (started.status !== 202) throw new Error(`POST uploads answered ${started.status}.`);
        const location = new URL(/\r\nlocation: ([^\r]+)/i.exec(started.head)?.[1] ?? '', 'http://127.0.0.1');
        location.searchParams.set('digest', digest);
        const head = requestBytes('PUT', location.pathname + location.search, {
          ...job.headers,
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(job.size),
        });
        const stored = await connection.send(head, content.blocks());
        if (stored.status !== 201) throw new Error(`PUT blob answered ${stored.status}.`);
        operations += 1;
        if (performance.now() > deadline) break;
      }
    }),
  );
  return { operations, bytes: operations * job.size, seconds: (performance.now() - begun) / 1000 };
}

async function mount(connections: readonly RawConnection[], job: Job & { kind: 'mount' }): Promise<Outcome> {
  const waiting = [...job.blobs];
  const begun = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let blob = waiting.pop(); blob !== undefined; blob = waiting.pop()) {
        const path = `/v2/${job.into}/blobs/uploads/?mount=${blob.digest}&from=${job.from}`;
        const answer = await connection.exchange(requestBytes('POST', path, { ...job.headers, 'Content-Length': '0' }));
        if (answer.status !== 201) throw new Error(`mount answered ${answer.status}.`);
      }
    }),
  );
  return { operations: job.blobs.length, bytes: 0, seconds: (performance.now() - begun) / 1000 };
}
