import type { AuditEntry } from '../audit-entry.ts';
import type { AuditBatch, AuditFilter, AuditPosition } from '../audit-log.ts';
import { PartsError } from '../errors.ts';
import {
  executeChange,
  executeImport,
  type KeyRecord,
  type Transaction,
} from '../execute-change.ts';
import type { ListRange } from '../page.ts';
import type { Part } from '../part.ts';
import { foldCase, isChosen } from '../parts-filter.ts';
import type { PartsQuery } from '../parts-repository.ts';
import { addCounts } from '../status-counts.ts';
import type { Storage } from '../storage.ts';

/** A storage in memory that can be opened several times. */
export interface InMemoryStore {
  open(): Storage;
}

/** Holds a storage without durability: for tests, and as the shortest example of an engine. */
export function createInMemoryStore(initial: readonly Part[]): InMemoryStore {
  const listeners = new Set<() => void>();
  let epochs = 0;
  let state = begin();

  function begin() {
    epochs += 1;
    return {
      epoch: epochs.toString(16),
      parts: new Map(initial.map((part) => [part.id, part])),
      entries: [] as AuditEntry[],
      keys: new Map<string, KeyRecord>(),
      cursor: 0,
      commits: 0,
    };
  }

  function committed(): void {
    state.commits += 1;
    for (const listener of listeners) void Promise.resolve().then(listener);
  }

  function findEnd(): AuditPosition {
    return { epoch: state.epoch, id: state.entries.length };
  }

  function select({ after = 0, limit, ...filter }: PartsQuery): readonly Part[] {
    return [...state.parts.values()]
      .filter((part) => part.id > after && isChosen(part, filter))
      .slice(0, limit);
  }

  function listAudit({ after = 0, limit, ...filter }: ListRange & AuditFilter) {
    const { actor, kind, since = '', until } = filter;
    return state.entries
      .filter(
        (entry) =>
          entry.id > after &&
          (actor === undefined || entry.actor === actor) &&
          (kind === undefined || entry.kind === kind) &&
          entry.changed_at >= since &&
          (until === undefined || entry.changed_at < until),
      )
      .slice(0, limit);
  }

  const historyOf = (partId: number) =>
    state.entries.filter((entry) => entry.part_id === partId).reverse();

  const transaction: Transaction = {
    findPart: (id) => state.parts.get(id),
    findByNumber: (number) =>
      [...state.parts.values()].find((part) => foldCase(part.part_number) === foldCase(number)),
    findHighestNumber(prefix) {
      const numbers = [...state.parts.values()]
        .map(({ part_number }) => foldCase(part_number))
        .filter((text) => text.startsWith(foldCase(prefix)))
        .map((text) => text.slice(prefix.length))
        .filter((digits) => /^\d+$/.test(digits));
      return Math.max(0, ...numbers.map(Number));
    },
    nextPartId: () => state.parts.size + 1,
    readHistory: historyOf,
    findKey: ({ partId, idempotency }) =>
      state.keys.get(JSON.stringify([partId, idempotency?.key])),
    write(part, entry) {
      const id = state.entries.length + 1;
      state.parts.set(part.id, part);
      state.entries.push({ id, ...entry });
      committed();
      return id;
    },
    addKey({ partId, idempotency }) {
      if (!idempotency) return;
      const { key, fingerprint } = idempotency;
      const version = state.parts.get(partId)?.version ?? 0;
      state.keys.set(JSON.stringify([partId, key]), { fingerprint, version });
    },
  };

  function readAfter(from: { epoch: string; id: number }, limit: number): AuditBatch {
    const { epoch, entries: all } = state;
    const isReset = from.epoch !== epoch || from.id > all.length;
    const start = isReset ? 0 : from.id;
    const entries = all.slice(start, start + limit);
    return { entries, position: { epoch, id: start + entries.length }, isReset };
  }

  return {
    open() {
      let isClosed = false;

      /** Runs as one step, as a transaction does. */
      async function run<T>(step: () => T): Promise<T> {
        if (isClosed) throw new PartsError('storage_unavailable', 'the storage is closed');
        return step();
      }

      return {
        parts: {
          find: (id) => run(() => state.parts.get(id)),
          list: (query) => run(() => select(query)),
          listWithPosition: (query) => run(() => ({ parts: select(query), position: findEnd() })),
          async *stream(filter) {
            const found = await run(() => select(filter));
            if (found.length > 0) yield found;
          },
          maxStreams: 64,
          change: (change, signal) =>
            run(() => {
              if (signal?.aborted) throw new PartsError('cancelled', 'the caller gave up');
              return executeChange(change, transaction);
            }),
          import: (batch, signal) =>
            run(() => {
              if (signal?.aborted) throw new PartsError('cancelled', 'the caller gave up');
              return executeImport(batch, transaction);
            }),
        },
        audit: {
          list: (range) => run(() => listAudit(range)),
          listOfPart: (partId, { after = Number.POSITIVE_INFINITY, limit }) =>
            run(() =>
              historyOf(partId)
                .filter(({ version }) => version < after)
                .slice(0, limit),
            ),
          findEnd: () => run(findEnd),
          readAfter: (position, limit) => run(() => readAfter(position, limit)),
          onCommit(listener) {
            // Each call has its own entry, also when one function listens twice.
            const call = () => listener();
            listeners.add(call);
            return () => listeners.delete(call);
          },
        },
        outboxCursor: {
          load: () =>
            run(() => ({
              epoch: state.epoch,
              id: state.cursor > state.entries.length ? 0 : state.cursor,
            })),
          save: ({ epoch, id }) =>
            run(() => {
              if (epoch !== state.epoch) return;
              const kept = state.cursor > state.entries.length ? 0 : state.cursor;
              state.cursor = Math.max(kept, id);
            }),
        },
        maintenance: {
          reset: () =>
            run(() => {
              state = begin();
              committed();
            }),
          checkWritable: () => run(() => {}),
        },
        statistics: {
          count: () => run(() => ({ parts: state.parts.size, auditEntries: state.entries.length })),
          countByStatus: () =>
            run(() => addCounts(select({}).map(({ status }) => ({ status, count: 1 })))),
          readCommits: () => ({ commits: state.commits, jobs: state.commits }),
        },
        lead: (begin) => begin(),
        async close() {
          isClosed = true;
        },
      };
    },
  };
}
