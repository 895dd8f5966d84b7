import type { IncomingMessage } from 'node:http';
import { RegistryContentError } from './errors.ts';

/** A body that is small by rule. Rejects with RegistryContentError when it is not. */
export async function readAll(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw new RegistryContentError(`The registry's answer has more than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
