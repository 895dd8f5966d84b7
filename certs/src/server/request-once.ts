import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';

export interface RequestOnceOptions {
  readonly url: URL;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** CAs to trust instead of the system's. */
  readonly ca?: Buffer | string | undefined;
  /** Only for diagnosis: nothing secret may be sent then. */
  readonly insecure?: boolean;
  /** Connect here instead of resolving the URL's host. */
  readonly address?: string | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

/** One HTTP or HTTPS request without redirects, with one timeout over the whole conversation and a cap on the answer. */
export async function requestOnce(options: RequestOnceOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const isTls = options.url.protocol === 'https:';
    const settings: RequestOptions = {
      method: options.method ?? 'GET',
      headers: { ...options.headers, ...(options.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(options.body)) }) },
      agent: false,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.insecure ? { rejectUnauthorized: false } : {}),
    };
    const sent = (isTls ? httpsRequest : httpRequest)(options.url, settings, (response) => {
      const chunks: Buffer[] = [];
      let total = 0;
      response.on('data', (chunk: Buffer) => {
        total += chunk.length;
        if (total > options.maxBytes) sent.destroy(new Error(`the answer is larger than ${options.maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        clearTimeout(timer);
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString('utf8'), bytes });
      });
      response.on('error', reject);
    });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${options.timeoutMs / 1000} seconds`)), options.timeoutMs);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(options.body);
  });
}
