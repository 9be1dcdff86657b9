import type { AuditEntry } from './audit-entry.ts';
import type { Part } from './part.ts';

/** The fields whose changes an audit entry records beside the status. */
const RECORDED_FIELDS = ['part_number', 'name', 'description', 'retired_at'] as const;

/** The old and the new value of a field; null where there is none. */
type FieldChange = [string | null, string | null];

/**
 * The recorded fields in which two versions of a part differ, each with its old and its new value;
 * null when there are none. Of a part that was not there before, every field that has a value differs.
 */
export function diffParts(before: Part | undefined, after: Part): AuditEntry['changes'] {
  const changes = RECORDED_FIELDS.map((field): [string, FieldChange] => [
    field,
    [before?.[field] ?? null, after[field]],
  ]).filter(([, [old, value]]) => old !== value);
  return changes.length === 0 ? null : Object.fromEntries(changes);
}
