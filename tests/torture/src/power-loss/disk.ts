import type { Random } from '@parts/testkit';
import type { TraceEvent } from './trace.ts';

/** The unit that a disk writes whole or not at all, in bytes. */
const SECTOR = 512;

interface Change {
  readonly offset: number;
  /** Undefined truncates the file, or extends it, to `offset`. */
  readonly data: Buffer | undefined;
}

interface DiskFile {
  /** As of its last sync. */
  durable: Buffer;
  /** Since then, in order. */
  unsynced: Change[];
}

/** What becomes of the changes that were not synced when the power fails. */
export const OUTCOMES = [
  'all lost',
  'all kept',
  'some first ones kept',
  'random sectors kept',
] as const;

type Outcome = (typeof OUTCOMES)[number];

/** Files of one directory as a disk that keeps only what was synced. */
export interface Disk {
  apply(event: TraceEvent): void;
  /** The files by path as a power loss leaves them. */
  fail(outcome: Outcome, random: Random): Map<string, Buffer>;
}

/** @param initial files that are there, durably, at the beginning */
export function createDisk(directory: string, initial: ReadonlyMap<string, Buffer>): Disk {
  const durableNames = new Map<string, DiskFile>();
  for (const [path, durable] of initial) durableNames.set(path, { durable, unsynced: [] });
  const names = new Map(durableNames);

  return {
    apply(event) {
      if (event.kind === 'answer' || !event.path.startsWith(directory)) return;
      const { path } = event;
      const file = names.get(path);
      if (event.kind === 'create') {
        if (!file) names.set(path, { durable: Buffer.alloc(0), unsynced: [] });
      } else if (event.kind === 'unlink') {
        names.delete(path);
      } else if (event.kind === 'sync' && path === directory) {
        durableNames.clear();
        for (const [name, named] of names) durableNames.set(name, named);
      } else if (file && event.kind === 'sync') {
        file.durable = applyChanges(file.durable, file.unsynced);
        file.unsynced = [];
      } else if (file && event.kind === 'write') {
        file.unsynced.push({ offset: event.offset, data: event.data });
      } else if (file && event.kind === 'truncate') {
        file.unsynced.push({ offset: event.size, data: undefined });
      }
    },

    fail(outcome, random) {
      // Names are kept in a journal of the file system: a directory is as of its last sync or as of now.
      const namesLost = outcome === 'all lost' || (outcome !== 'all kept' && random.chance(0.5));
      return new Map(
        [...(namesLost ? durableNames : names)].map(([path, { durable, unsynced }]) => [
          path,
          applyChanges(durable, survivors(unsynced, outcome, random)),
        ]),
      );
    },
  };
}

function survivors(
  changes: readonly Change[],
  outcome: Outcome,
  random: Random,
): readonly Change[] {
  switch (outcome) {
    case 'all lost':
      return [];
    case 'all kept':
      return changes;
    case 'some first ones kept':
      return changes.flatMap(splitIntoSectors).slice(0, random.integer(0, changes.length * 8));
    case 'random sectors kept':
      return changes.flatMap(splitIntoSectors).filter(() => random.chance(0.5));
  }
}

function splitIntoSectors({ offset, data }: Change): Change[] {
  if (!data) return [{ offset, data }];
  const sectors: Change[] = [];
  for (let start = 0; start < data.length; ) {
    const end = start + SECTOR - ((offset + start) % SECTOR);
    sectors.push({ offset: offset + start, data: data.subarray(start, end) });
    start = end;
  }
  return sectors;
}

/** Returns changed content; what it was given stays as it is. */
function applyChanges(content: Buffer, changes: readonly Change[]): Buffer {
  const ends = changes.map(({ offset, data }) => offset + (data?.length ?? 0));
  const changed = Buffer.alloc(Math.max(content.length, ...ends));
  content.copy(changed);
  let size = content.length;
  for (const { offset, data } of changes) {
    if (data) {
      data.copy(changed, offset);
      size = Math.max(size, offset + data.length);
    } else {
      changed.fill(0, Math.min(offset, size));
      size = offset;
    }
  }
  return changed.subarray(0, size);
}
