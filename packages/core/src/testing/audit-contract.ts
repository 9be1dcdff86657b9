import {
  buildStatusChange,
  type CreateStore,
  outcomeOf,
  type TestRunner,
  withStorage,
} from './contract.ts';

/** Tests `Storage.audit`. */
export function testAuditContract({ test, expect }: TestRunner, createStore: CreateStore): void {
  const ids = (entries: readonly { readonly id: number }[]) => entries.map(({ id }) => id);

  test(
    'lists the audit of a part newest first and that of all parts oldest first',
    withStorage(createStore, async ({ parts, audit }) => {
      for (const partId of [1, 2, 1, 1]) await parts.change(buildStatusChange({ partId }));
      expect(ids(await audit.listOfPart(1, {}))).toEqual([4, 3, 1]);
      expect(ids(await audit.listOfPart(1, { after: 4, limit: 1 }))).toEqual([3]);
      expect(await audit.listOfPart(3, {})).toEqual([]);
      expect(ids(await audit.list({}))).toEqual([1, 2, 3, 4]);
      expect(ids(await audit.list({ after: 1, limit: 2 }))).toEqual([2, 3]);
    }),
  );

  test(
    'reads the audit from a place on in batches, without gap or repetition',
    withStorage(createStore, async ({ parts, audit }) => {
      const start = await audit.findEnd();
      expect(start.id).toEqual(0);
      for (const partId of [2, 1, 2]) await parts.change(buildStatusChange({ partId }));
      const first = await audit.readAfter(start, 2);
      const second = await audit.readAfter(first.position, 2);
      const third = await audit.readAfter(second.position, 2);
      expect([first, second, third].map(({ entries }) => ids(entries))).toEqual([[1, 2], [3], []]);
      expect([first, second, third].map(({ isReset }) => isReset)).toEqual([false, false, false]);
      expect(third.position).toEqual(await audit.findEnd());
    }),
  );

  test(
    'begins anew for a place from before a reset',
    withStorage(createStore, async ({ parts, audit, maintenance }) => {
      for (let i = 0; i < 3; i += 1) await parts.change(buildStatusChange());
      const before = await audit.findEnd();
      await maintenance.reset();
      await parts.change(buildStatusChange({ partId: 2 }));
      const { entries, position, isReset } = await audit.readAfter(before, 10);
      expect([ids(entries), entries[0]?.part_id, isReset]).toEqual([[1], 2, true]);
      expect(position).toEqual(await audit.findEnd());
      expect(position.epoch === before.epoch).toEqual(false);
    }),
  );

  test(
    'begins anew for a place beyond the end, as after a restored backup',
    withStorage(createStore, async ({ parts, audit }) => {
      await parts.change(buildStatusChange());
      const { epoch } = await audit.findEnd();
      const { entries, position, isReset } = await audit.readAfter({ epoch, id: 7 }, 10);
      expect([ids(entries), position, isReset]).toEqual([[1], { epoch, id: 1 }, true]);
    }),
  );

  test(
    'calls listeners after commits and resets until they are ended',
    withStorage(createStore, async ({ parts, audit, maintenance }) => {
      let calls = 0;
      let called = Promise.withResolvers<void>();
      const stop = audit.onCommit(() => {
        calls += 1;
        called.resolve();
      });
      const nextCall = async (write: Promise<unknown>) => {
        called = Promise.withResolvers();
        await write;
        await called.promise;
      };
      await nextCall(parts.change(buildStatusChange()));
      await nextCall(maintenance.reset());
      stop();
      const callsBefore = calls;
      const another = Promise.withResolvers<void>();
      const stopOther = audit.onCommit(another.resolve);
      await parts.change(buildStatusChange());
      await another.promise;
      stopOther();
      expect(calls).toEqual(callsBefore);
    }),
  );

  test(
    'refuses to read after the storage is closed',
    withStorage(createStore, async (storage) => {
      await storage.close();
      expect(await outcomeOf(storage.audit.findEnd())).toEqual('storage_unavailable');
      expect(await outcomeOf(storage.audit.list({}))).toEqual('storage_unavailable');
    }),
  );
}
