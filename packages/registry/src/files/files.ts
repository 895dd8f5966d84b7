import { ImageFiles, type ImageFilesPorts } from './image-files.ts';
import { LayerIndexer, type LayerIndexerPorts } from './layer-indexer.ts';
import { FileComparison } from './compare-files.ts';
import type { LayeredImage } from './image-files.ts';

export type FilesPorts = ImageFilesPorts & LayerIndexerPorts;

/** What is in images, and what differs between two. */
export interface Files {
  readonly images: ImageFiles;
  readonly indexer: LayerIndexer;
  compare(from: LayeredImage, to: LayeredImage): FileComparison;
}

export function createFiles(ports: FilesPorts): Files {
  return {
    images: new ImageFiles(ports),
    indexer: new LayerIndexer(ports),
    compare: (from, to) =>
      new FileComparison(ports.indexes, { from: from.layers.map(({ digest }) => digest), to: to.layers.map(({ digest }) => digest) }),
  };
}
