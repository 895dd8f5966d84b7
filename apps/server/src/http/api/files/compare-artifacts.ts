import { type comparedLayer, OPERATIONS } from '@berth/api-contract';
import { commonLayers, compareConfigs, type LayeredImage, type Repository } from '@berth/registry';
import type { z } from 'zod';
import type { Call } from '../endpoint.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { openImage, otherRepository } from './open-image.ts';

export const compareArtifacts = repositoryEndpoint(OPERATIONS.compareArtifacts, 'artifact-addition:read', async (call, { repository }) => {
  const { params, query } = call;
  const other = await otherRepository(call, query.with);
  const from = await openImage(call, { repository, reference: referenceFrom(params.reference), platform: query.platform });
  const to = await openImage(call, { ...other, platform: query.platform ?? from.platform });
  const [left, right] = await Promise.all([configOf(call, repository, from), configOf(call, other.repository, to)]);
  return {
    json: {
      from: sideOf(repository, from),
      to: sideOf(other.repository, to),
      layers: comparedLayers(from, to),
      config: compareConfigs(left, right),
    },
  };
});

async function configOf({ parts }: Call, { name }: Repository, { digest }: LayeredImage): Promise<Record<string, unknown>> {
  const { additions } = parts.content;
  const { manifest } = await additions.manifest(name, digest);
  return (await additions.config(name, manifest)) ?? {};
}

function sideOf({ name }: Repository, { digest, platform, layers }: LayeredImage): Record<string, unknown> {
  return {
    repository_name: name,
    digest,
    ...(platform === undefined ? {} : { platform }),
    size: layers.reduce((sum, layer) => sum + layer.size, 0),
  };
}

function comparedLayers(from: LayeredImage, to: LayeredImage): z.output<typeof comparedLayer>[] {
  const common = commonLayers(
    from.layers.map(({ digest }) => digest),
    to.layers.map(({ digest }) => digest),
  );
  const shown = (layers: LayeredImage['layers'], where: 'both' | 'from' | 'to'): z.output<typeof comparedLayer>[] =>
    layers.map(({ digest, size }) => ({ digest, size, in: where }));
  return [
    ...shown(from.layers.slice(0, common), 'both'),
    ...shown(from.layers.slice(common), 'from'),
    ...shown(to.layers.slice(common), 'to'),
  ];
}
