import type { AuditEntry } from '../audit-entry.ts';
import type { AuditTail, EventCursor } from '../ports.ts';

/** An audit without durability, and the cursor of its one follower. */
export interface InMemoryAudit {
  readonly tail: AuditTail;
  readonly cursor: EventCursor;
  /** Commits so many entries, one after the other. */
  append(count: number): void;
  /** Forgets all entries and begins another generation. */
  reset(): void;
}

/** The ports to follow the audit, for tests. */
export function createInMemoryAudit(): InMemoryAudit {
  const listeners = new Set<() => void>();
  let generations = 1;
  let entries: readonly AuditEntry[] = [];
  let saved = 0;

  const readGeneration = () => generations.toString(16);
  const notify = () => {
    for (const listener of listeners) listener();
  };

  return {
    tail: {
      findEnd: async () => ({ generation: readGeneration(), id: entries.length }),
      async readAfter(position, limit) {
        const generation = readGeneration();
        const isReset = position.generation !== generation || position.id > entries.length;
        const after = isReset ? 0 : position.id;
        const found = entries.slice(after, after + limit);
        return { entries: found, position: { generation, id: after + found.length }, isReset };
      },
      onCommit(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    cursor: {
      load: async () => ({ generation: readGeneration(), id: saved }),
      async save({ generation, id }) {
        if (generation === readGeneration()) saved = Math.max(saved, id);
      },
    },
    append(count) {
      for (let i = 0; i < count; i += 1) {
        entries = [...entries, buildEntry(entries.length + 1)];
        notify();
      }
    },
    reset() {
      generations += 1;
      entries = [];
      saved = 0;
      notify();
    },
  };
}

function buildEntry(id: number): AuditEntry {
  return {
    id,
    part_id: 1,
    old_status: 'Draft',
    new_status: 'In Review',
    version: id + 1,
    reason: null,
    request_id: null,
    changed_at: '2026-03-01T10:00:00.000Z',
  };
}
