export { type IncomingFile, type ReadFile, disagrees } from './archive-contents.ts';
export type { ArchiveEntry, ArchiveFile, ArchiveLink } from './archive-entry.ts';
export { ArchiveRefusedError, type RefusalReason, refused } from './archive-refused-error.ts';
export { type Compression, compressionOf, decompressed } from './decompressed.ts';
export { layoutEntries } from './layout-entries.ts';
export {
  type ExportFile,
  type ExportImage,
  type ExportManifest,
  type ExportOptions,
  type ExportPlan,
  ExportRefusedError,
  type ExportSource,
  planExport,
} from './export-plan.ts';
export type { Destination, ImageName } from './image-name.ts';
export { readImageName } from './image-name.ts';
export type { Plan, PlannedImage, PlannedManifest } from './image-plan.ts';
export {
  importArchive,
  type ImportedImage,
  type ImportOutcome,
  type ImportTarget,
  type ImportWatch,
  type PlaceOutcome,
} from './import-archive.ts';
export { type LayerEntry, layerEntries } from './layer-entries.ts';
export { tarEntries } from './tar-entries.ts';
export { archiveLength, type OpenBlob, writeArchive } from './write-archive.ts';
