import type { Creation, Edit, StatusChange } from '../change.ts';
import { PartsError } from '../errors.ts';
import type { Import, ImportRow } from '../import.ts';
import type { Part } from '../part.ts';
import type { Storage } from '../storage.ts';

/** What the contract suites need of a test runner; vitest, jest and bun have it. */
export interface TestRunner {
  readonly test: (title: string, run: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

/** A store under test, which can be opened more than once at the same time. */
export interface Store {
  open(): Promise<Storage>;
}

/** Makes a store that holds {@link CONTRACT_PARTS} and no audit entries; also after a reset. */
export type CreateStore = () => Promise<Store>;

/** Two parts, with the ids 1 and 2. */
export const CONTRACT_PARTS: readonly Part[] = [
  {
    id: 1,
    part_number: 'PCB-1',
    name: 'Board',
    description: 'Four layers',
    status: 'Draft',
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    retired_at: null,
  },
  {
    id: 2,
    part_number: 'CBL-1',
    name: 'Cable',
    description: 'Two metres',
    status: 'Approved',
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    retired_at: null,
  },
];

/** Builds a change of part 1 to `In Review`, with overrides. */
export function buildStatusChange(overrides: Partial<StatusChange> = {}): StatusChange {
  return {
    kind: 'status_changed',
    partId: 1,
    status: 'In Review',
    approval: 'open',
    actor: null,
    reason: null,
    requestId: null,
    changedAt: '2026-01-02T00:00:00.000Z',
    expectedVersions: null,
    idempotency: null,
    ...overrides,
  };
}

/** Builds an edit of part 1's name, with overrides. */
export function buildEdit(overrides: Partial<Edit> = {}): Edit {
  const { status, approval, ...change } = buildStatusChange();
  return { ...change, kind: 'part_edited', content: { name: 'Other board' }, ...overrides };
}

/** Builds a row of an import, with overrides. */
export function buildRow(
  line: number,
  part_number: string,
  overrides: Partial<ImportRow> = {},
): ImportRow {
  return {
    line,
    part_number,
    content: { name: `Part ${line}` },
    reason: null,
    version: null,
    status: null,
    ...overrides,
  };
}

/** Builds an import that edits parts which are there, with overrides. */
export function buildImport(rows: readonly ImportRow[], overrides: Partial<Import> = {}): Import {
  return {
    rows,
    existing: 'update',
    dryRun: false,
    isReasonRequired: false,
    actor: 'ada',
    requestId: 'r',
    changedAt: '2026-01-02T00:00:00.000Z',
    ...overrides,
  };
}

/** Builds the creation of a part, with overrides. */
export function buildCreation(overrides: Partial<Creation> = {}): Creation {
  return {
    kind: 'part_created',
    number: { exact: 'PCB-2' },
    content: { name: 'New board', description: '' },
    actor: null,
    reason: null,
    requestId: null,
    changedAt: '2026-01-02T00:00:00.000Z',
    ...overrides,
  };
}

/** The code of the `PartsError` with which a promise rejects; else what became of it. */
export function outcomeOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => 'fulfilled',
    (error: unknown) => (error instanceof PartsError ? error.code : error),
  );
}

/** Opens a new store for a test and closes it afterwards. */
export function withStorage(
  createStore: CreateStore,
  run: (storage: Storage, store: Store) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const store = await createStore();
    const storage = await store.open();
    try {
      await run(storage, store);
    } finally {
      await storage.close();
    }
  };
}
