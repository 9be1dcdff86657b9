import {
  buildStatusChange,
  CONTRACT_PARTS,
  type CreateStore,
  outcomeOf,
  type TestRunner,
  withStorage,
} from './contract.ts';

/** Tests `Storage.outboxCursor`. */
export function testOutboxCursorContract(
  { test, expect }: TestRunner,
  createStore: CreateStore,
): void {
  test(
    'keeps the place of the outbox, which never goes back',
    withStorage(createStore, async ({ parts, outboxCursor }, store) => {
      for (let i = 0; i < 9; i += 1) await parts.change(buildStatusChange());
      const { epoch, id } = await outboxCursor.load();
      expect(id).toEqual(0);
      await outboxCursor.save({ epoch, id: 7 });
      await outboxCursor.save({ epoch, id: 5 });
      const again = await store.open();
      expect(await again.outboxCursor.load()).toEqual({ epoch, id: 7 });
      await again.close();
    }),
  );

  test(
    'takes a place of the outbox beyond the end for none, as after a restored backup',
    withStorage(createStore, async ({ parts, outboxCursor }) => {
      const { epoch } = await outboxCursor.load();
      await outboxCursor.save({ epoch, id: 50 });
      for (let i = 0; i < 3; i += 1) await parts.change(buildStatusChange());
      expect((await outboxCursor.load()).id).toEqual(0);
      await outboxCursor.save({ epoch, id: 2 });
      expect(await outboxCursor.load()).toEqual({ epoch, id: 2 });
    }),
  );

  test(
    'begins the outbox anew with a reset, and ignores a place of the epoch before',
    withStorage(createStore, async ({ outboxCursor, maintenance }) => {
      const { epoch } = await outboxCursor.load();
      await maintenance.reset();
      await outboxCursor.save({ epoch, id: 9 });
      const place = await outboxCursor.load();
      expect([place.id, place.epoch === epoch]).toEqual([0, false]);
    }),
  );
}

/** Tests `Storage.maintenance`. */
export function testMaintenanceContract(
  { test, expect }: TestRunner,
  createStore: CreateStore,
): void {
  test(
    'brings back the first state with a reset, counters and keys included',
    withStorage(createStore, async ({ parts, audit, maintenance }) => {
      const change = buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } });
      await parts.change(change);
      await maintenance.reset();
      expect(await parts.list({})).toEqual(CONTRACT_PARTS);
      expect(await audit.list({})).toEqual([]);
      expect((await parts.change(change)).replayed).toEqual(false);
      expect((await audit.list({})).map(({ id, version }) => [id, version])).toEqual([[1, 2]]);
    }),
  );

  test(
    'makes a reset and the changes beside it one after the other',
    withStorage(createStore, async ({ parts, statistics, maintenance }) => {
      const [, { part }] = await Promise.all([
        maintenance.reset(),
        parts.change(buildStatusChange()),
        maintenance.reset(),
      ]);
      expect(part.version).toEqual(2);
      expect(await statistics.count()).toEqual({ parts: 2, auditEntries: 0 });
    }),
  );

  test(
    'can store changes until it is closed',
    withStorage(createStore, async (storage) => {
      expect(await outcomeOf(storage.maintenance.checkWritable())).toEqual('fulfilled');
      await storage.close();
      expect(await outcomeOf(storage.maintenance.checkWritable())).toEqual('storage_unavailable');
      expect(await outcomeOf(storage.parts.change(buildStatusChange()))).toEqual(
        'storage_unavailable',
      );
    }),
  );
}

/** Tests `Storage.statistics`. */
export function testStatisticsContract(
  { test, expect }: TestRunner,
  createStore: CreateStore,
): void {
  test(
    'counts parts, audit entries and commits',
    withStorage(createStore, async ({ parts, statistics }) => {
      const before = statistics.readCommits();
      await parts.change(buildStatusChange());
      await parts.change(buildStatusChange());
      expect(await statistics.count()).toEqual({ parts: 2, auditEntries: 2 });
      expect(statistics.readCommits().jobs - before.jobs).toEqual(2);
    }),
  );
}
