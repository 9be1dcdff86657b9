import type { AuditPosition, Part, PartsFilter, PartsQuery, PartsRepository } from '@parts/core';
import { searchInSteps } from '../search-in-steps.ts';
import type { WritePorts } from '../writes/write-ports.ts';
import { END, listParts, PART } from './queries.ts';
import type { Readers } from './readers.ts';
import { shareTurn } from './share-turn.ts';
import { toStorageError } from './storage-error.ts';

/** Parts that a stream holds in memory. */
const BATCH = 1000;

const LAST_PART = 'SELECT coalesce((SELECT id FROM parts ORDER BY id DESC LIMIT 1), 0) AS id';

export function createPartsRepository(
  readers: Readers,
  writes: WritePorts['parts'],
  findEnd: () => Promise<AuditPosition>,
): PartsRepository {
  const find = shareTurn(async (ids: readonly number[]) => {
    const found = await readers.query<Part>({
      name: 'find',
      text: `SELECT ${PART} FROM parts WHERE id = ANY ($1::bigint[])`,
      values: [[...new Set(ids)]],
    });
    const parts = new Map(found.map((part) => [part.id, part]));
    return ids.map((id) => parts.get(id));
  });

  async function listWithPosition({ after, limit, ...filter }: PartsQuery) {
    const texts = [...(filter.words ?? []), ...(filter.partNumbers ?? [])];
    // No text has U+0000, and a value can't have it.
    if (texts.some((text) => text.includes('\0'))) return { parts: [], position: await findEnd() };
    if (filter.words && !filter.partNumbers) return search(filter, { after, limit });
    const query = listParts(filter, { after, limit });
    const [parts, end] = await readers.querySnapshot([query, END]);
    const [position] = end as AuditPosition[];
    if (!position) throw new Error('the database has no epoch');
    return { parts: parts as Part[], position };
  }

  async function search(filter: PartsFilter, range: Pick<PartsQuery, 'after' | 'limit'>) {
    const position = await findEnd();
    const parts = await searchInSteps(range, async (step) => {
      const [rows, last] = await readers.querySnapshot([
        listParts(filter, step),
        { name: 'last part', text: LAST_PART, values: [] },
      ]);
      const [end] = last as { readonly id: number }[];
      return { rows: rows as Part[], end: end?.id ?? 0 };
    });
    return { parts, position };
  }

  return {
    ...writes,
    find,
    list: async (query) => (await listWithPosition(query)).parts,
    listWithPosition,
    stream: (filter) => streamParts(readers, filter),
    // Each has a connection of its own, of which the database has a limited number.
    maxStreams: 8,
  };
}

/**
 * Reads all parts from one snapshot, on a connection of its own that is closed with the end of the
 * stream, also when that comes early.
 */
async function* streamParts(
  readers: Readers,
  filter: PartsFilter,
): AsyncGenerator<readonly Part[]> {
  const connection = await readers.open();
  try {
    await connection.execute('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const read = (after: number) =>
      connection.query<Part>(listParts(filter, { after, limit: BATCH }));
    for (let next = read(0); ; ) {
      const batch = await next;
      const last = batch.at(-1);
      if (!last) return;
      // The database reads the next batch while the caller has this one.
      next = read(last.id);
      next.catch(() => {});
      yield batch;
    }
  } catch (error) {
    throw toStorageError(error);
  } finally {
    connection.destroy();
  }
}
