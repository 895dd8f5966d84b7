import type { ContentChanges, ContentLists, Labels, LayerIndexes, ManifestFactRecords, Pins, Traffic, Trash } from '@berth/registry';
import type { Knex } from 'knex';
import { createContentChanges } from './content-changes.ts';
import { createContentLists } from './content-lists.ts';
import { createLabels } from './labels.ts';
import { createLayerIndexes } from './layer-indexes.ts';
import { createManifestFactRecords } from './manifest-fact-records.ts';
import { createPins } from './pins.ts';
import { createTraffic } from './traffic.ts';
import { createTrash } from './trash.ts';

/** The ports of content on Postgres. */
export interface ContentStores {
  readonly lists: ContentLists;
  readonly changes: ContentChanges;
  readonly facts: ManifestFactRecords;
  readonly labels: Labels;
  readonly layerIndexes: LayerIndexes;
  readonly pins: Pins;
  readonly traffic: Traffic;
  readonly trash: Trash;
}

export function createContentStores(knex: Knex): ContentStores {
  return {
    lists: createContentLists(knex),
    changes: createContentChanges(knex),
    facts: createManifestFactRecords(knex),
    labels: createLabels(knex),
    layerIndexes: createLayerIndexes(knex),
    pins: createPins(knex),
    traffic: createTraffic(knex),
    trash: createTrash(knex),
  };
}
