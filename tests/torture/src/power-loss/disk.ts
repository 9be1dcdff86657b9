import type { Random } from '@parts/testkit';
import type { TraceEvent } from './trace.ts';

/** The unit that a disk writes whole or not at all, in bytes. */
const SECTOR = 512;

/** A write, or a truncation to `offset`, or an extension to it, which have no data. */
interface Change {
  readonly offset: number;
  readonly data: Buffer | undefined;
}

interface DiskFile {
  /** As of its last sync. */
  durable: Buffer;
  /** Since then, in order. */
  unsynced: Change[];
}

/** What a power loss leaves of what was not synced. */
interface Outcome {
  /** The file system keeps names in a journal: a directory is as of its last sync or as of now. */
  losesNames(random: Random): boolean;
  keep(changes: readonly Change[], random: Random): readonly Change[];
}

const toss = (random: Random) => random.chance(0.5);

export const OUTCOMES = {
  allLost: { losesNames: () => true, keep: () => [] },
  allKept: { losesNames: () => false, keep: (changes) => changes },
  someFirstKept: {
    losesNames: toss,
    keep: (changes, random) =>
      changes.flatMap(splitIntoSectors).slice(0, random.integer(0, changes.length * 8)),
  },
  randomSectorsKept: {
    losesNames: toss,
    keep: (changes, random) => changes.flatMap(splitIntoSectors).filter(() => toss(random)),
  },
} as const satisfies Record<string, Outcome>;

/** Files of one directory as a disk that keeps only what was synced. */
export interface Disk {
  apply(event: TraceEvent): void;
  /** The files by path as a power loss leaves them. */
  fail(outcome: Outcome, random: Random): Map<string, Buffer>;
}

/** @param initial files that are there, durably, at the beginning */
export function createDisk(directory: string, initial: ReadonlyMap<string, Buffer>): Disk {
  const names = new Map<string, DiskFile>();
  for (const [path, durable] of initial) names.set(path, { durable, unsynced: [] });
  let durableNames = new Map(names);

  return {
    apply({ kind, path, offset, data }) {
      if (!path.startsWith(directory)) return;
      const file = names.get(path);
      if (kind === 'create') {
        if (!file) names.set(path, { durable: Buffer.alloc(0), unsynced: [] });
      } else if (kind === 'unlink') {
        names.delete(path);
      } else if (kind === 'sync' && path === directory) {
        durableNames = new Map(names);
      } else if (file && kind === 'sync') {
        file.durable = applyChanges(file.durable, file.unsynced);
        file.unsynced = [];
      } else {
        file?.unsynced.push({ offset, data: kind === 'write' ? data : undefined });
      }
    },

    fail({ losesNames, keep }, random) {
      const left = losesNames(random) ? durableNames : names;
      return new Map(
        Array.from(left, ([path, { durable, unsynced }]) => [
          path,
          applyChanges(durable, keep(unsynced, random)),
        ]),
      );
    },
  };
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
