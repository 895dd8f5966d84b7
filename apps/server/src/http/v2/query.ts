import { OciError } from '@berth/oci';

/** Longest `last` marker taken: no name or tag is longer. */
const MAX_MARKER = 255;

/** The parameters of one request. A parameter that may be given once is refused when repeated, so that nobody reads the other one. */
export class Query {
  readonly #parameters: URLSearchParams;

  constructor(text: string) {
    this.#parameters = new URLSearchParams(text);
  }

  one(name: string): string | undefined {
    const values = this.#parameters.getAll(name);
    if (values.length > 1) throw new OciError('UNSUPPORTED', `The parameter "${name}" may be given once.`, { status: 400 });
    return values[0];
  }

  all(name: string): readonly string[] {
    return this.#parameters.getAll(name);
  }
}

export interface PageAsked {
  /** 0 asks for an empty page. */
  readonly limit: number;
  readonly after?: string;
}

/** Reads `n` and `last`. Without `n`, or beyond `most`, a page has `most` entries and Link leads on. Throws UNSUPPORTED (400) with a sentence. */
export function pageAsked(query: Query, most: number): PageAsked {
  const n = query.one('n');
  const last = query.one('last');
  if (n !== undefined && !/^[0-9]{1,15}$/.test(n)) {
    throw new OciError('UNSUPPORTED', 'The parameter "n" is the number of entries wanted: a whole number, zero or more.', { status: 400 });
  }
  const limit = n === undefined ? most : Math.min(Number(n), most);
  if (last === undefined || last === '') return { limit };
  if (last.length > MAX_MARKER || hasControls(last)) {
    throw new OciError('UNSUPPORTED', 'The parameter "last" is the last name of the page before.', { status: 400 });
  }
  return { limit, after: last };
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f || unit === 0xfffd) return true;
  }
  return false;
}

/** RFC 8288 Link to the next page, path-absolute. */
export function nextLink(path: string, parameters: Readonly<Record<string, string>>): string {
  return `<${path}?${new URLSearchParams(parameters).toString()}>; rel="next"`;
}
