// Looks through the pages of a list until something is found. Pure.

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

/** The first that fits, from as many pages as it takes; undefined once the list has ended. */
export async function firstFound<Item>(
  pageAt: (cursor: string | undefined) => Promise<Page<Item>>,
  fits: (item: Item) => boolean,
): Promise<Item | undefined> {
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await pageAt(cursor)
    const found = items.find(fits)
    if (found !== undefined || nextCursor === null) return found
    cursor = nextCursor
  }
}
