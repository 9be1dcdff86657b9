import type { AuditEntry } from '../audit-entry.ts';
import type { AuditBatch, AuditFilter, AuditPosition } from '../audit-log.ts';
import type { Change, ChangeResult, Creation } from '../change.ts';
import {
  checkRetry,
  type Decision,
  decideChange,
  decideCreation,
  nextPartNumber,
} from '../decide-change.ts';
import { decideImport } from '../decide-import.ts';
import { PartsError, partNumberTaken } from '../errors.ts';
import type { Import } from '../import.ts';
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

  function write(change: Change): ChangeResult {
    if (change.kind === 'part_created') return { part: create(change), replayed: false };
    const { partId, idempotency } = change;
    const key = JSON.stringify([partId, idempotency?.key]);
    const earlier = idempotency && state.results.get(key);
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      return { part: earlier.part, replayed: true };
    }
    const decision = decideChange(state.parts.get(partId), change, historyOf(partId));
    keep(decision);
    const { part, entry } = decision;
    if (idempotency && entry) state.results.set(key, { ...idempotency, part });
    return { part, replayed: false };
  }

  function importAll(batch: Import) {
    const found = [...state.parts.values()];
    const { decisions, report } = decideImport(batch, found, state.parts.size + 1);
    if (!batch.dryRun) decisions.forEach(keep);
    return report;
  }

  function create(change: Creation): Part {
    const decision = decideCreation(state.parts.size + 1, chooseNumber(change), change);
    keep(decision);
    return decision.part;
  }

  function chooseNumber({ number }: Creation): string {
    if ('exact' in number) return number.exact;
    const start = foldCase(number.prefix);
    const numbers = [...state.parts.values()]
      .map(({ part_number }) => foldCase(part_number))
      .filter((text) => text.startsWith(start) && /^\d+$/.test(text.slice(start.length)))
      .map((text) => Number(text.slice(start.length)));
    return nextPartNumber(number.prefix, Math.max(0, ...numbers));
  }

  function keep({ part, entry }: Decision): void {
    if (entry === null) return;
    const number = foldCase(part.part_number);
    const owner = [...state.parts.values()].find(
      (other) => other.id !== part.id && foldCase(other.part_number) === number,
    );
    if (owner) throw partNumberTaken(part.part_number, owner.id);
    state.parts.set(part.id, part);
    state.entries.push({ id: state.entries.length + 1, ...entry });
    committed();
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
          maxStreams: 64,
          change: (change, signal) =>
            run(() => {
              if (signal?.aborted) throw new PartsError('cancelled', 'the caller gave up');
              return write(change);
            }),
          import: (batch, signal) =>
            run(() => {
              if (signal?.aborted) throw new PartsError('cancelled', 'the caller gave up');
              return importAll(batch);
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
