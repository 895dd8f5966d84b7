import { RegistryRefusedError } from '@berth/registry-client';
import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import { named } from './models.ts';

/** What a Harbor has that Berth does not, each named in the report: an administrator should miss nothing silently. */
export async function tellWhatStays(copy: HarborCopy): Promise<void> {
  await tell(copy, '/replication/policies', { about: 'replication', sentence: 'Replication was not copied: Berth does not replicate.' });
  await tell(copy, '/registries', {
    about: 'registry endpoint',
    sentence: 'It was not copied: Berth neither replicates nor caches other registries.',
  });
  await tell(copy, '/scanners', { about: 'scanner', sentence: 'It was not copied: Berth does not scan.' });
  await tell(copy, '/p2p/preheat/instances', { about: 'preheating', sentence: 'It was not copied: Berth does not preheat.' });
}

export async function tellWhatStaysOf(copy: HarborCopy, { name, sourceId }: ProjectPair): Promise<void> {
  const webhook = { about: 'webhook', prefix: `${name}: `, sentence: 'It was not copied: Berth does not call webhooks.' };
  await tell(copy, `/projects/${sourceId}/webhook/policies`, webhook);
  const preheat = { about: 'preheating', prefix: `${name}: `, sentence: 'It was not copied: Berth does not preheat.' };
  await tell(copy, `/projects/${encodeURIComponent(name)}/preheat/policies`, preheat);
}

async function tell(
  { source, report }: HarborCopy,
  path: string,
  { about, sentence, prefix = '' }: { readonly about: string; readonly sentence: string; readonly prefix?: string },
): Promise<void> {
  try {
    for await (const { name } of source.list(path, named)) report.differs(about, `${prefix}${name}`, sentence);
  } catch (error) {
    // A source without the feature, or that does not show it to whoever signed in.
    if (!(error instanceof RegistryRefusedError) || ![403, 404, 405, 501].includes(error.status)) throw error;
  }
}
