import { randomBytes } from 'node:crypto';
import { digestOfBytes } from '@berth/oci';
import { type BlobStore, EMPTY_CHECKPOINT, type StoredObject } from '@berth/registry';

const MIN_BYTES = 200;
const SPREAD_BYTES = 800;

/** A sealed object of some hundred random bytes, for measurements; as an upload stores it. */
export async function storeMadeUpBlob({ pending }: Pick<BlobStore, 'pending'>): Promise<StoredObject> {
  const bytes = randomBytes(MIN_BYTES + Math.floor(Math.random() * SPREAD_BYTES));
  const object = { key: pending.newKey(), digest: digestOfBytes(bytes), size: bytes.length };
  const writer = await pending.append(object.key, EMPTY_CHECKPOINT);
  try {
    await writer.write(bytes);
    const checkpoint = await writer.checkpoint({ sealing: true, closing: true });
    await writer.close();
    await pending.seal(object, checkpoint);
  } finally {
    await writer.close();
  }
  return object;
}
