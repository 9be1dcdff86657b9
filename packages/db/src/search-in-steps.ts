/** Ids that a search looks at in one turn of the event loop. */
const STEP = 5000;

/** The ids of one step: behind `after`, up to `last`. At most `limit` rows are of use. */
export interface SearchStep {
  readonly after: number;
  readonly last: number;
  readonly limit: number;
}

/**
 * Looks at a whole table for rows that no index finds, a step in each turn of the event loop, until
 * there are enough or the table is at its end.
 *
 * @param readStep reads one step, and the last id of the table, in a turn of its own
 */
export async function searchInSteps<Row>(
  {
    after = 0,
    limit = Number.POSITIVE_INFINITY,
  }: { readonly after?: number | undefined; readonly limit?: number | undefined },
  readStep: (step: SearchStep) => Promise<{ readonly rows: readonly Row[]; readonly end: number }>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let from = after; ; from += STEP) {
    const wanted = Math.min(limit - found.length, STEP);
    const { rows, end } = await readStep({ after: from, last: from + STEP, limit: wanted });
    found.push(...rows);
    if (from + STEP >= end || found.length >= limit) return found;
  }
}
