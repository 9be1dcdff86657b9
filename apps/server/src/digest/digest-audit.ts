import { createHash } from 'node:crypto';
import { type AuditLog, hashAudit } from '@parts/core';

/**
 * What two readings of a history have in common only when the histories are equal, in the form in
 * which it is printed and logged.
 *
 * @param until the id of the last entry; left out: all entries that there are now
 * @throws AuditDigestError as `hashAudit`
 */
export async function digestAudit(audit: AuditLog, until?: number) {
  const hash = createHash('sha256');
  const { epoch, id } = await hashAudit(audit, hash, until);
  return { epoch, last_id: id, sha256: hash.digest('hex') };
}
