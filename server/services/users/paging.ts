// Pages of a list by key: one row more than asked for says whether there is a next page. Shared by the lists of people, sessions and keys.
export type PageRequest = { readonly limit?: number | undefined; readonly cursor?: string | undefined }
export type Page<Item> = { readonly items: Item[]; readonly nextCursor: string | null }

export const defaultLimit = 50
export const maximumLimit = 200

/** How many rows to ask the catalog for. */
export const takeOf = ({ limit = defaultLimit }: PageRequest): number =>
  Math.max(1, Math.min(maximumLimit, Math.floor(limit))) + 1

/** The page of the rows that `takeOf` asked for; the cursor is the key of its last row. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  request: PageRequest,
  keyOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, takeOf(request) - 1)
  const last = shown.at(-1)
  return { items: shown.map(itemOf), nextCursor: last !== undefined && rows.length > shown.length ? keyOf(last) : null }
}
