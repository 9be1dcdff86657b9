import { type EntryKind, PART_STATUSES, type PartStatus } from '@parts/core';
import type { AuditRow, Random } from '@parts/testkit';

/** A change as a client asks for it. */
export interface Change {
  readonly method: 'PATCH' | 'POST';
  readonly path: string;
  readonly body: object;
  /** The part, when there is one already. */
  readonly partId?: number;
  /** The entries that it writes, all or none: next to each other in the audit. */
  readonly entries: readonly ExpectedEntry[];
}

interface ExpectedEntry {
  readonly kinds: readonly EntryKind[];
  /** What the part has afterwards. */
  readonly part: Readonly<Record<string, string>>;
}

/** Numbers of parts that are created, and of parts that are imported. */
const NUMBERS = 200;

export function changeStatus(partId: number, status: PartStatus): Change {
  const entries = [{ kinds: ['status_changed'], part: { status } }] as const;
  return { method: 'PATCH', path: `/v1/parts/${partId}/status`, body: { status }, partId, entries };
}

/** @param name one that the part never had */
function editPart(partId: number, name: string): Change {
  const entries = [{ kinds: ['part_edited'], part: { name, status: 'Draft' } }] as const;
  return { method: 'PATCH', path: `/v1/parts/${partId}`, body: { name }, partId, entries };
}

/** Retires a part, or restores it. */
export function retirePart(partId: number, retired: boolean): Change {
  const kind = retired ? 'part_retired' : 'part_restored';
  const entries = [{ kinds: [kind], part: {} }] as const;
  return { method: 'PATCH', path: `/v1/parts/${partId}`, body: { retired }, partId, entries };
}

function createPart(part_number: string, name: string): Change {
  const part = { part_number, name, status: 'Draft' };
  const entries = [{ kinds: ['part_created'], part }] as const;
  return { method: 'POST', path: '/v1/parts', body: { part_number, name }, entries };
}

/** @param rows whose names no part ever had, so that each is written */
export function importParts(rows: readonly { part_number: string; name: string }[]): Change {
  return {
    method: 'POST',
    path: '/v1/imports?existing=update',
    body: rows,
    entries: rows.map(({ name }) => ({
      kinds: ['part_created', 'part_edited'],
      part: { name, status: 'Draft' },
    })),
  };
}

/** Chooses a change that shares its commit with others. */
export function chooseStatus(random: Random, parts: number): Change {
  return changeStatus(random.integer(1, parts), random.pick(PART_STATUSES));
}

/**
 * Chooses what a client does next: mostly a change of the status.
 *
 * @param parts the first ones of the seed, which are changed
 * @param name that no change had before
 */
export function chooseChange(random: Random, parts: number, name: string): Change {
  const partId = random.integer(1, parts);
  const choice = random.integer(1, 20);
  if (choice === 1) return createPart(`C-${random.integer(1, NUMBERS)}`, name);
  if (choice === 2) return retirePart(partId, true);
  if (choice <= 4) return editPart(partId, name);
  if (choice > 6) return chooseStatus(random, parts);
  const first = random.integer(1, NUMBERS);
  const rows = Array.from({ length: random.integer(1, 20) }, (_, place) => ({
    part_number: `I-${first + place}`,
    name: `${name}.${place}`,
  }));
  return importParts(rows);
}

/** True when the rows of the audit are what the change writes, whole and in one piece. */
export function isWritten({ entries, partId }: Change, rows: readonly AuditRow[]): boolean {
  return (
    rows.length === entries.length &&
    entries.every(({ kinds, part }, place) => {
      const row = rows[place];
      return (
        row !== undefined &&
        kinds.includes(row.kind) &&
        row.part_id === (partId ?? row.part_id) &&
        row.id === (rows[0]?.id ?? 0) + place &&
        Object.entries(part).every(
          ([name, value]) =>
            (name === 'status' ? row.new_status : row.changes[name]?.[1]) === value,
        )
      );
    })
  );
}
