import { MAX_TAGS_PAGE } from '@berth/registry';
import type { Exchange } from '../exchange.ts';
import { nextLink, pageAsked } from '../query.ts';
import type { Targets } from '../target.ts';

/** end-8a and end-8b, in byte order. */
export async function listTags(exchange: Exchange<Targets['tags']>): Promise<void> {
  const { repository } = exchange.target;
  const page = pageAsked(exchange.query(), MAX_TAGS_PAGE);
  const { names, more } = await exchange.registry.listings.tags(repository, page);
  const last = names.at(-1);
  const link = more && last !== undefined ? ['Link', nextLink(`/v2/${repository}/tags/list`, { n: String(page.limit), last })] : [];
  exchange.json(200, link, { name: repository, tags: names });
}
