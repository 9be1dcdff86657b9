/** @typedef {import('./api.js').AuditEntry} AuditEntry */

/**
 * The last approval, and what has changed since.
 * @param {AuditEntry[]} history newest first
 */
export function findApproval(history) {
  const index = history.findIndex(
    ({ kind, new_status }) => kind === 'status_changed' && new_status === 'Approved',
  );
  const approval = history[index];
  if (!approval) return undefined;
  /** @type {Record<string, [string | null, string | null]>} */
  const changes = {};
  for (const entry of history.slice(0, index)) {
    for (const [field, [old, value]] of Object.entries(entry.changes ?? {})) {
      changes[field] = [old, changes[field]?.[1] ?? value];
    }
  }
  return { approval, changes };
}
