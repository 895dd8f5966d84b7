export { compareConfigs, type ConfigChange, type ConfigField } from './compare-config.ts';
export { commonLayers, type FileChange, type FileChanges } from './compare-files.ts';
export { createFiles, type Files, type FilesPorts } from './files.ts';
export { type LayeredImage, TooManyFilesError } from './image-files.ts';
export type { ImageFile } from './image-tree.ts';
export type { LayerEntry as IndexedEntry } from './layer-indexer.ts';
export { LayerUnreadableError } from './layer-listing.ts';
