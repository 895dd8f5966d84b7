/** Small buffers share pieces of 8 KiB with whatever was made beside them: kept for long, some hundred bytes would hold all of it. */
export function inMemoryOfItsOwn(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}
