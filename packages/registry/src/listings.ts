import { OciError, type RepositoryName, type Tag } from '@berth/oci';
import type { CatalogScope, ManifestRecords, NamePage, PageAfter, ReferrerPage, ReferrerQuery } from './ports/manifest-records.ts';

/** Most tags of one page; also what a request without `n` gets. Renovate asks for 10000 and follows Link. */
export const MAX_TAGS_PAGE = 10_000;
/** Most repositories of one catalog page; also what a request without `n` gets. */
export const MAX_CATALOG_PAGE = 1000;
/** Most descriptors of one referrers page: their annotations may be large. */
export const MAX_REFERRERS_PAGE = 200;

/** Listings in byte order, a page at a time (law 10; distribution-spec end-8, end-12 and the catalog). */
export class Listings {
  readonly #records: ManifestRecords;

  constructor(records: ManifestRecords) {
    this.#records = records;
  }

  /** Throws NAME_UNKNOWN. */
  async tags(repository: RepositoryName, page: PageAfter): Promise<NamePage<Tag>> {
    const found = await this.#records.tags(repository, page);
    if (found === undefined) throw new OciError('NAME_UNKNOWN', 'This repository does not exist.', { detail: { name: repository } });
    return found;
  }

  /** Always a page: distribution-spec forbids 404 for a registry with this endpoint. */
  referrers(repository: RepositoryName, query: ReferrerQuery): Promise<ReferrerPage> {
    return this.#records.referrers(repository, query);
  }

  catalog(scope: CatalogScope, page: PageAfter): Promise<NamePage<RepositoryName>> {
    return this.#records.catalog(scope, page);
  }
}
