import type { imageFile, layerState } from '@berth/api-contract';
import { OciError, parseReference, parseRepositoryName, type Reference, type RepositoryName, say } from '@berth/oci';
import type { ImageFile, LayeredImage, LayerState, Repository } from '@berth/registry';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Call } from '../endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

/** An image with its layers; those that nobody read yet are read from now on. */
export async function openImage(
  { parts }: Pick<Call, 'parts'>,
  {
    repository,
    reference,
    platform,
  }: { readonly repository: Repository; readonly reference: Reference; readonly platform: string | undefined },
): Promise<LayeredImage> {
  const { digest } = await parts.content.reads.artifact(repository, reference, NOTHING_MORE);
  const image = await parts.files.images.open(repository.name, digest, platform);
  if (image.layers.some(({ state }) => state === 'waiting')) await parts.files.kick();
  return image;
}

/** The other image of a comparison. What the caller may not pull answers like what does not exist (law 2). */
export async function otherRepository(
  { parts, actor }: Pick<Call, 'parts' | 'actor'>,
  text: string,
): Promise<{ readonly repository: Repository; readonly reference: Reference }> {
  const { name, reference } = parseOther(text);
  if ((await parts.identity.standings.allowingAt(actor, { action: 'repository:pull', repository: name })) === undefined)
    throw new OciError('NAME_UNKNOWN', say('no-such-repository')`No repository ${{ repository: name }} exists.`);
  return { repository: await parts.content.reads.repository(name), reference };
}

function parseOther(text: string): { readonly name: RepositoryName; readonly reference: Reference } {
  const at = text.indexOf('@');
  const split = at >= 0 ? at : text.indexOf(':');
  if (split < 0)
    throw new ApiError('BAD_REQUEST', say('compare-with-invalid')`with must read project/repository:tag or project/repository@digest.`);
  return { name: parseRepositoryName(text.slice(0, split)), reference: parseReference(text.slice(split + 1)) };
}

/** A path as people write it: `/usr//lib/` is `usr/lib`. */
export function innerPath(text: string): string {
  return text
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

export function layerView({ readBytes, problem, ...state }: LayerState): z.output<typeof layerState> {
  return { ...state, ...(problem === undefined ? {} : { problem }), read_bytes: readBytes };
}

export function openedView({ digest, platform, layers, settled }: LayeredImage): {
  digest: string;
  platform?: string;
  layers: z.output<typeof layerState>[];
  settled: boolean;
} {
  return { digest, ...(platform === undefined ? {} : { platform }), layers: layers.map(layerView), settled };
}

export function fileView({ path, name, facts, layer }: ImageFile): z.output<typeof imageFile> {
  const { kind, size, mode, target } = facts;
  return {
    ...{ name, path: path === '' ? name : `${path}/${name}`, kind, size, mode: octal(mode) },
    ...(target === undefined ? {} : { target }),
    layer,
  };
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
