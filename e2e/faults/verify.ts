import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../harness/random-bytes.ts';
import { type Answer, expectStatus, type RegistryClient, withQuery } from '../harness/registry-client.ts';
import { type BlobEntry, type Ledger, type ManifestEntry } from './ledger.ts';

/** Claims lapse after a minute. */
const CLAIM_LIMIT_MS = 90_000;

export interface Tally {
  blobs: number;
  manifests: number;
  tags: number;
  uploads: number;
}

/**
 * Compares a restarted server with the ledger. What was acknowledged must be there and be right; what was only asked for may be there,
 * and must then be right and whole. Throws at the first difference; answers how much was compared.
 */
export async function verify(client: RegistryClient, ledger: Ledger, since: Ledger | undefined): Promise<Tally> {
  const tally = { blobs: 0, manifests: 0, tags: 0, uploads: 0 };
  for (const [key, blob] of ledger.attemptedBlobs) {
    if (since?.attemptedBlobs.has(key) === true) continue;
    if (await checkBlob(client, blob, ledger.blobs.has(key))) tally.blobs += 1;
  }
  for (const [key, manifest] of ledger.attemptedManifests) {
    if (since?.attemptedManifests.has(key) === true) continue;
    if (await checkManifest(client, manifest, ledger.manifests.has(key))) tally.manifests += 1;
  }
  for (const { repository, tag, allowed } of [...ledger.tags()]) {
    const answer = expectStatus(`GET tag ${tag}`, await client.getManifest(repository, tag), 200, 404);
    const shown = answer.status === 404 ? undefined : sha256(answer.body);
    if (!allowed.has(shown))
      throw new Error(
        `${repository}:${tag} shows ${shown ?? 'nothing'}; allowed were ${[...allowed].map((digest) => digest ?? 'nothing').join(', ')}.`,
      );
    ledger.settleTag(repository, tag, shown);
    tally.tags += 1;
  }
  tally.uploads = await finishUploads(client, ledger);
  return tally;
}

async function checkBlob(client: RegistryClient, blob: BlobEntry, acknowledged: boolean): Promise<boolean> {
  const answer = await client.getBlob(blob.repository, blob.digest);
  if (answer.status === 404 && !acknowledged) return false;
  expectStatus(`GET ${acknowledged ? 'acknowledged' : 'attempted'} blob ${blob.digest} of ${blob.repository}`, answer, 200);
  if (answer.body.length !== blob.size || sha256(answer.body) !== blob.digest) {
    throw new Error(`Blob ${blob.digest} of ${blob.repository} has wrong content: ${answer.body.length} bytes of ${blob.size}.`);
  }
  return true;
}

async function checkManifest(client: RegistryClient, manifest: ManifestEntry, acknowledged: boolean): Promise<boolean> {
  const answer = await client.getManifest(manifest.repository, manifest.digest);
  if (answer.status === 404 && !acknowledged) return false;
  expectStatus(`GET ${acknowledged ? 'acknowledged' : 'attempted'} manifest ${manifest.digest}`, answer, 200);
  if (answer.body.toString() !== manifest.body) throw new Error(`Manifest ${manifest.digest} is not what was pushed.`);
  // A visible manifest has all its blobs, acknowledged or not.
  for (const digest of manifest.blobs) {
    expectStatus(`HEAD blob ${digest} of a visible manifest`, await client.ask('HEAD', `/v2/${manifest.repository}/blobs/${digest}`), 200);
  }
  return true;
}

/** An upload that a 202 acknowledged goes on where it was, and ends in a correct blob. */
async function finishUploads(client: RegistryClient, ledger: Ledger): Promise<number> {
  let finished = 0;
  for (const [key, upload] of ledger.uploads) {
    const status = expectStatus(`GET upload ${key}`, await client.ask('GET', upload.location), 204);
    const stored = Number(/^0-(\d+)$/.exec(status.headers.range ?? '')?.[1] ?? -1) + 1;
    if (stored < upload.acknowledgedBytes)
      throw new Error(`Upload ${key} kept ${stored} bytes of ${upload.acknowledgedBytes} acknowledged.`);
    const digest = sha256(upload.content);
    const location = status.headers.location ?? upload.location;
    await putRest(client, withQuery(location, { digest }), upload.content.subarray(stored));
    const entry = { repository: upload.repository, digest, size: upload.content.length };
    ledger.blobs.set(`${upload.repository}@${digest}`, entry);
    await checkBlob(client, entry, true);
    ledger.uploads.delete(key);
    finished += 1;
  }
  return finished;
}

/** A claim that could not be ended, since the database was away, lapses within a minute; until then the answer is to come again. */
async function putRest(client: RegistryClient, target: string, body: Buffer): Promise<void> {
  const deadline = Date.now() + CLAIM_LIMIT_MS;
  let answer: Answer;
  for (;;) {
    answer = await client.ask('PUT', target, { body });
    if (answer.status !== 429 || Date.now() > deadline) break;
    await sleep(1000);
  }
  expectStatus('PUT of a resumed upload', answer, 201);
}
