import type { ListRange } from './storage.ts';

/** A page of a list. */
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
  if (limit === undefined) return { items: await list(range), next: undefined };
  const found = await list({ ...range, limit: limit + 1 });
  if (found.length <= limit) return { items: found, next: undefined };
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && position(last) };
}
