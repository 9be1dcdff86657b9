import type { Laboratory, LoadShape } from '../laboratory.ts';
import type { DatabaseSize } from '../prepared-database.ts';
import { alternate, type Series, sample } from '../rounds.ts';

/** The product and its peers under the same load, in alternation. */
export async function alternateContenders(
  laboratory: Laboratory,
  size: DatabaseSize,
  shape: LoadShape,
): Promise<Series[]> {
  const subjects = [];
  for (const contender of ['product', 'floor', 'usual'] as const) {
    const server = await laboratory.start(contender, size);
    subjects.push({ name: contender, measure: () => sample(laboratory, server, shape) });
  }
  return alternate(laboratory, subjects);
}
