import { RegistryContentError } from './errors.ts';
import { readAll } from './read-all.ts';
import { expectStatus, type RegistrySession } from './registry-session.ts';

/** Registries exist that do not divide their lists. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

interface Listed {
  /** The first page. */
  readonly url: URL;
  readonly scope: string;
  /** Of the answer, with the list. */
  readonly field: string;
}

/** The entries of a list of the distribution specification, page after page by its `Link`. What is not there has none. */
export async function* pagesOf<Entry>(
  session: RegistrySession,
  { url, scope, field }: Listed,
  read: (value: unknown) => Entry | undefined,
): AsyncGenerator<Entry> {
  const seen = new Set<string>();
  for (let page: URL | undefined = url; page !== undefined && !seen.has(page.href); ) {
    seen.add(page.href);
    const answer = await session.send({ method: 'GET', url: page }, scope);
    if (answer.statusCode === 404) {
      answer.resume();
      return;
    }
    await expectStatus(answer, 200);
    const { link } = answer.headers;
    const entries = entriesOf(await readAll(answer, MAX_PAGE_BYTES), field, page);
    for (const value of entries) {
      const entry = read(value);
      if (entry !== undefined) yield entry;
    }
    page = nextPage(link, page);
  }
}

function entriesOf(bytes: Buffer, field: string, page: URL): readonly unknown[] {
  try {
    const listed = (JSON.parse(bytes.toString()) as Record<string, unknown> | null)?.[field];
    // Go writes an empty list as null.
    return Array.isArray(listed) ? listed : [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegistryContentError(`${page.host} answered ${page.pathname} with something that is no list.`, { cause: error });
  }
}

/** `</v2/_catalog?n=1000&last=x>; rel="next"` (RFC 8288). */
function nextPage(link: string | string[] | undefined, page: URL): URL | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec([link ?? []].flat().join(', '))?.[1];
  if (target === undefined || !URL.canParse(target, page.href)) return undefined;
  const next = new URL(target, page);
  // Behind a proxy a registry may name itself otherwise; the way to it is the one that was found.
  return new URL(`${next.pathname}${next.search}`, page.origin);
}
