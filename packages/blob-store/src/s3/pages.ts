/** Everything of a listing, in name order, a page at a time. Some stores begin a page with the marker itself, or over again. */
export async function* pages<T extends { readonly name: string }>(list: (after?: string) => Promise<readonly T[]>): AsyncGenerator<T> {
  let page = await list();
  while (page.length > 0) {
    yield* page;
    const last = page.at(-1)?.name ?? '';
    page = (await list(last)).filter(({ name }) => name > last);
  }
}
