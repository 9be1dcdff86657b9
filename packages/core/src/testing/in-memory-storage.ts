import type { AuditEntry } from '../audit-entry.ts';
import type { AuditPosition } from '../audit-position.ts';
import type { ChangeResult, StatusChange } from '../change.ts';
import { checkRetry, decideChange } from '../decide-change.ts';
import { PartsError } from '../errors.ts';
import type { Part } from '../part.ts';
import type { AuditBatch, PartsQuery, Storage } from '../storage.ts';

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
      results: new Map<string, { readonly fingerprint: string; readonly part: Part }>(),
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

  function select({ status, after = 0, limit }: PartsQuery): readonly Part[] {
    return [...state.parts.values()]
      .filter((part) => part.id > after && (status === undefined || part.status === status))
      .slice(0, limit);
  }

  function write(change: StatusChange): ChangeResult {
    const key = JSON.stringify([change.partId, change.idempotency?.key]);
    const earlier = change.idempotency && state.results.get(key);
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      return { part: earlier.part, replayed: true };
    }
    const { part, entry } = decideChange(state.parts.get(change.partId), change);
    state.parts.set(part.id, part);
    state.entries.push({ id: state.entries.length + 1, ...entry });
    if (change.idempotency) {
      state.results.set(key, { fingerprint: change.idempotency.fingerprint, part });
    }
    committed();
    return { part, replayed: false };
  }

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
          change: (change, signal) =>
            run(() => {
              if (signal?.aborted) throw new PartsError('cancelled', 'the caller gave up');
              return write(change);
            }),
        },
        audit: {
          list: ({ after = 0, limit }) => run(() => state.entries.slice(after).slice(0, limit)),
          listOfPart: (partId, { after = Number.POSITIVE_INFINITY, limit }) =>
            run(() =>
              state.entries
                .filter((entry) => entry.part_id === partId && entry.version < after)
                .reverse()
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
          readCommits: () => ({ commits: state.commits, jobs: state.commits }),
        },
        async close() {
          isClosed = true;
        },
      };
    },
  };
}
