/** A stretch of a list that is ordered by a number. */
export interface ListRange {
  /** Leaves out everything up to this number, in the direction of the list. Default: nothing is left out. */
  readonly after?: number | undefined;
  /** The largest number of items, from 1. Default: all. */
  readonly limit?: number | undefined;
}

export interface Page<Item> {
  /** In the order of the list; as many as the limit allows. */
  readonly items: readonly Item[];
  /** The `after` of the next page; undefined at the end of the list. */
  readonly next: number | undefined;
}

/**
 * Reads one item more than asked for, to know whether there is a next page.
 *
 * @param position the number by which the list is ordered
 */
export async function pageOf<Range extends ListRange, Item>(
  range: Range,
  position: (item: Item) => number,
  list: (wider: Range) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  const { limit } = range;
  const wider = limit === undefined ? range : { ...range, limit: limit + 1 };
  return cutPage(await list(wider), position, limit);
}

/** Makes a page of so many items from what was found, which may be one more. */
export function cutPage<Item>(
  found: readonly Item[],
  position: (item: Item) => number,
  limit: number | undefined,
): Page<Item> {
  if (limit === undefined || found.length <= limit) return { items: found, next: undefined };
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && position(last) };
}
