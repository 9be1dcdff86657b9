import type { AuditEntry } from '../audit-entry.ts';
import { decideChange } from '../decide-change.ts';
import { PartsError } from '../errors.ts';
import type { Part } from '../part.ts';
import type { PartStatus } from '../part-status.ts';
import type { ListRange, PartsRepository } from '../ports.ts';
import type { StatusChange } from '../status-change.ts';

/** The repository port without durability: for tests, and as the shortest example of an own storage. */
export function createInMemoryPartsRepository(initial: readonly Part[]): PartsRepository {
  const parts = new Map(initial.map((part) => [part.id, part]));
  const audit: AuditEntry[] = [];
  const results = new Map<string, { readonly fingerprint: string; readonly part: Part }>();

  function write(change: StatusChange) {
    const key = JSON.stringify([change.part_id, change.idempotency?.key]);
    const earlier = change.idempotency && results.get(key);
    if (earlier && earlier.fingerprint !== change.idempotency?.fingerprint) {
      throw new PartsError('idempotency_key_reused', 'the key came with another request before');
    }
    if (earlier) return { part: earlier.part, replayed: true };

    const { part, entry } = decideChange(parts.get(change.part_id), change);
    parts.set(part.id, part);
    audit.push({ id: audit.length + 1, ...entry });
    if (change.idempotency) {
      results.set(key, { fingerprint: change.idempotency.fingerprint, part });
    }
    return { part, replayed: false };
  }

  const select = (status: PartStatus | undefined, after: number) =>
    [...parts.values()].filter(
      (part) => part.id > after && (status === undefined || part.status === status),
    );

  return {
    findPart: async (id) => parts.get(id),

    listParts: async ({ status, after = 0, limit }) => select(status, after).slice(0, limit),

    async *walkParts({ status }) {
      const found = select(status, 0);
      if (found.length > 0) yield found;
    },

    async changeStatus(change, signal) {
      if (signal?.aborted) throw new PartsError('cancelled', 'the caller gave up');
      return write(change);
    },

    listPartAudit: async (partId, { after = Number.MAX_SAFE_INTEGER, limit }: ListRange) =>
      audit
        .filter((entry) => entry.part_id === partId && entry.version < after)
        .reverse()
        .slice(0, limit),

    listAudit: async ({ after = 0, limit }) => audit.slice(after).slice(0, limit),
  };
}
