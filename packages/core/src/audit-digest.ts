import type { AuditEntry } from './audit-entry.ts';
import type { AuditLog, AuditPosition } from './audit-log.ts';

/** Entries that are read at a time: about 2 ms of work. */
const BATCH = 1000;

/** Takes text in UTF-8, piece by piece; Node's `Hash` fits. */
export interface TextHash {
  update(text: string): unknown;
}

/** There is no digest of what was asked for. The message says why. */
export class AuditDigestError extends Error {
  override readonly name = 'AuditDigestError';
}

/**
 * Feeds a hash with a history in its canonical form, so that equal digests mean equal histories.
 * The form is a line for the position, `{"epoch":"…","last_id":2}`, and one for each entry in the
 * order of the ids, each of them JSON as RFC 8785 has it (members sorted, no white space) and `\n`.
 *
 * @param until the id of the last entry; left out: all entries that there are now
 * @returns the place behind the last entry
 * @throws AuditDigestError when there is no such entry, when ids have a gap, or when a reset comes between
 */
export async function hashAudit(
  audit: Pick<AuditLog, 'findEnd' | 'readAfter'>,
  hash: TextHash,
  until?: number,
): Promise<AuditPosition> {
  const { epoch, id: end } = await audit.findEnd();
  const last = until ?? end;
  if (last > end) throw new AuditDigestError(`there is no entry ${last}: the audit ends at ${end}`);
  hash.update(`${JSON.stringify({ epoch, last_id: last })}\n`);
  let id = 0;
  while (id < last) {
    const batch = await audit.readAfter({ epoch, id }, Math.min(BATCH, last - id));
    if (batch.isReset) throw new AuditDigestError('the service was reset meanwhile');
    for (const entry of batch.entries) {
      id += 1;
      if (entry.id !== id) throw new AuditDigestError(`entry ${id} is missing`);
      hash.update(`${canonicalize(entry)}\n`);
    }
    if (batch.entries.length === 0) throw new AuditDigestError(`entry ${id + 1} is missing`);
  }
  return { epoch, id: last };
}

/** JSON as RFC 8785 has it. */
function canonicalize(entry: AuditEntry): string {
  const { changes } = entry;
  return JSON.stringify({
    actor: entry.actor,
    changed_at: entry.changed_at,
    changes: changes && Object.fromEntries(Object.entries(changes).sort(byName)),
    id: entry.id,
    kind: entry.kind,
    new_status: entry.new_status,
    old_status: entry.old_status,
    part_id: entry.part_id,
    reason: entry.reason,
    request_id: entry.request_id,
    version: entry.version,
  });
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : Number(a > b);
