import type { WriteCommand } from './command.ts';

/** Bounds the time for which later commands wait for one commit: about 5 ms beside the sync. */
export const MAX_GROUP_SIZE = 256;

/** Commands with a group of their own: changes before them don't wait for their thousands of rows. */
const ALONE: ReadonlySet<WriteCommand['kind']> = new Set(['import', 'reset', 'replay']);

/** @returns how many of those that wait make the next group */
export function measureGroup(waiting: readonly { readonly command: WriteCommand }[]): number {
  const place = waiting.findIndex(({ command }) => ALONE.has(command.kind));
  return place === -1 ? MAX_GROUP_SIZE : Math.min(place || 1, MAX_GROUP_SIZE);
}
