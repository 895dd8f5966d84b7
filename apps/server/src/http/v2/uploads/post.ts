import { type Digest, OciError, parseDigest, parseDigestAlgorithm, parseRepositoryName, type RepositoryName } from '@berth/oci';
import type { Exchange } from '../exchange.ts';
import type { Query } from '../query.ts';
import type { Targets } from '../target.ts';
import { blobLocation, uploadHeaders } from './upload-headers.ts';

/** end-4a, end-4c: starts an upload. end-4b: takes the whole blob. end-11: mounts a blob of another repository. */
export async function postUpload(exchange: Exchange<Targets['uploads']>): Promise<void> {
  const query = exchange.query();
  const mount = query.one('mount');
  const digest = query.one('digest');
  if (mount !== undefined) return postMount(exchange, parseDigest(mount), mountSource(query.one('from')));
  if (digest !== undefined) return postWhole(exchange, parseDigest(digest));
  return postStart(exchange, query);
}

async function postStart(exchange: Exchange<Targets['uploads']>, query: Query): Promise<void> {
  const { repository } = exchange.target;
  const algorithm = parseDigestAlgorithm(query.one('digest-algorithm') ?? 'sha256');
  const upload = await exchange.registry.uploads.start({ repository, actor: exchange.actor, algorithm });
  exchange.empty(202, uploadHeaders(upload));
}

async function postWhole(exchange: Exchange<Targets['uploads']>, digest: Digest): Promise<void> {
  const { repository } = exchange.target;
  await exchange.registry.uploads.push({ repository, actor: exchange.actor, digest }, { source: exchange.body() });
  exchange.empty(201, ['Location', blobLocation(repository, digest), 'Docker-Content-Digest', digest]);
}

/** Law 2: a mount that cannot or may not be made is an upload that starts; containerd gives up on any other answer. */
async function postMount(exchange: Exchange<Targets['uploads']>, digest: Digest, source: MountSource): Promise<void> {
  const { repository } = exchange.target;
  const { registry, admitted } = exchange;
  const mounted =
    source !== 'nowhere' &&
    (await registry.blobs.mount({
      target: repository,
      digest,
      source: source === 'anywhere' ? undefined : source,
      mayPull: (holder) => admitted.mayPull(holder),
    }));
  if (!mounted) return postStart(exchange, exchange.query());
  registry.progress?.mounted({ repository, actor: exchange.actor, digest });
  exchange.empty(201, ['Location', blobLocation(repository, digest), 'Docker-Content-Digest', digest]);
}

type MountSource = RepositoryName | 'anywhere' | 'nowhere';

/**
 * A name may be sound elsewhere and none of a repository here: of one component, or with a project that could not be called so. A client that
 * knows the layer from the registry that had this address before names it all the same; there is nothing to mount from.
 */
function mountSource(from: string | undefined): MountSource {
  if (from === undefined || from === '') return 'anywhere';
  try {
    return parseRepositoryName(from);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    parseRepositoryName(`project/${from}`);
    return 'nowhere';
  }
}
