import type { AuditEntry, Part } from '@parts/core';

/** @param next the id of the first entry that there is after `last` */
export const describeGap = (last: number, next: number): string =>
  `entry ${last + 1}${next > last + 2 ? ` to ${next - 1}` : ''} is missing`;

/**
 * Takes one change after the other back from a part, and finds where an entry does not lead to what came of it.
 *
 * @param history newest first
 */
export function findBreak(part: Part, history: readonly AuditEntry[]): string | undefined {
  const [newest] = history;
  if (newest && newest.changed_at !== part.updated_at) {
    return `it was updated at ${part.updated_at}, but its last entry is of ${newest.changed_at}`;
  }
  let state: Record<string, unknown> = { ...part };
  for (const { id, version, kind, old_status, new_status, changes } of history) {
    const after = { version, status: new_status, ...fieldsOf(changes, 1) };
    const fault = Object.entries(after).find(([field, value]) => state[field] !== value);
    if (fault) {
      const [field, value] = fault;
      return `entry ${id} leads to ${field} ${JSON.stringify(value)}, but what follows has ${JSON.stringify(state[field])}`;
    }
    if (kind === 'part_created') {
      return version === 1 ? undefined : `entry ${id} creates version ${version}`;
    }
    state = { ...state, version: version - 1, status: old_status, ...fieldsOf(changes, 0) };
  }
  return state['version'] === 1 ? undefined : `version ${state['version']} has no entry`;
}

/** @param side 0 for the old values, 1 for the new ones */
function fieldsOf(changes: AuditEntry['changes'], side: 0 | 1) {
  return Object.fromEntries(
    Object.entries(changes ?? {}).map(([field, values]) => [field, values[side]]),
  );
}
