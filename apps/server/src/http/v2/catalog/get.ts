import { MAX_CATALOG_PAGE } from '@berth/registry';
import type { Exchange } from '../exchange.ts';
import { nextLink, pageAsked } from '../query.ts';
import type { Targets } from '../target.ts';

/** The catalog of docker's registry API, which the specification left out: what the caller may read, in byte order. */
export async function getCatalog(exchange: Exchange<Targets['catalog']>): Promise<void> {
  const page = pageAsked(exchange.query(), MAX_CATALOG_PAGE);
  const { names, more } = await exchange.registry.listings.catalog(await exchange.admitted.catalogScope(), page);
  const last = names.at(-1);
  const link = more && last !== undefined ? ['Link', nextLink('/v2/_catalog', { n: String(page.limit), last })] : [];
  exchange.json(200, link, { repositories: names });
}
