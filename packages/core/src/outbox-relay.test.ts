import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { type OutboxRelayOptions, startOutboxRelay } from './outbox-relay.ts';
import { buildStatusChange, CONTRACT_PARTS, createInMemoryStore } from './testing/index.ts';

const HOUR = 3_600_000;
const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });
const ids = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** An outbox in memory, to which a test adds changes. */
function createOutbox() {
  const {
    parts,
    audit,
    outboxCursor: cursor,
    maintenance,
  } = createInMemoryStore(CONTRACT_PARTS).open();
  return {
    audit,
    cursor,
    async append(count: number) {
      for (let i = 0; i < count; i += 1) await parts.change(buildStatusChange());
    },
    reset: () => maintenance.reset(),
  };
}

/** A relay whose receiver remembers the ids that it took, and whose pauses take an hour of its clock. */
function startRelay(
  outbox: Pick<OutboxRelayOptions, 'audit' | 'cursor'>,
  { deliver = async () => 'delivered', ...options }: Partial<OutboxRelayOptions> = {},
) {
  const delivered: number[] = [];
  const pauses: number[] = [];
  const drops: unknown[] = [];
  let time = 0;
  const relay = startOutboxRelay({
    audit: outbox.audit,
    cursor: outbox.cursor,
    async deliver(entry, position) {
      const outcome = await deliver(entry, position);
      if (outcome === 'delivered') delivered.push(entry.id);
      return outcome;
    },
    async pause(failures) {
      pauses.push(failures);
      time += HOUR;
      // Nothing here takes time: a relay that never came to rest would block the test.
      if (pauses.length === 50) await Promise.withResolvers<void>().promise;
    },
    now: () => time,
    giveUpAfter: 24 * HOUR,
    onDrop: ({ id }, reason, error) => drops.push({ id, reason, error }),
    ...options,
  });
  onTestFinished(() => relay.stop().catch(() => {}));
  return { relay, delivered, pauses, drops };
}

const failAlways = (id: number) => async (entry: AuditEntry) => {
  if (entry.id === id) throw new Error('receiver is down');
  return 'delivered' as const;
};

/** An outbox whose cursor can't be saved until `repair`, and which counts the tries. */
function createOutboxWithBrokenCursor() {
  const outbox = createOutbox();
  let isBroken = true;
  let tries = 0;
  const cursor = {
    load: outbox.cursor.load,
    async save(position: Parameters<typeof outbox.cursor.save>[0]) {
      tries += 1;
      if (isBroken) throw new Error('disk is full');
      await outbox.cursor.save(position);
    },
  };
  const repair = () => {
    isBroken = false;
  };
  return { ...outbox, cursor, repair, countTries: () => tries };
}

test('delivers every change once and in order, those from before the start too', async () => {
  const outbox = createOutbox();
  await outbox.append(30);
  const { relay, delivered } = startRelay(outbox);
  await outbox.append(30);
  await until(() => expect(delivered).toEqual(ids(1, 60)));
  await outbox.append(1);
  await until(() => expect(delivered).toEqual(ids(1, 61)));
  expect(await relay.readProgress()).toEqual({
    events_processed: 61,
    events_pending: 0,
    events_dropped: 0,
  });
});

test('counts as pending what is committed and not yet delivered', async () => {
  const outbox = createOutbox();
  const { promise, resolve } = Promise.withResolvers<'delivered'>();
  const { relay, delivered } = startRelay(outbox, { deliver: () => promise });
  await outbox.append(5);
  expect(await relay.readProgress()).toMatchObject({ events_processed: 0, events_pending: 5 });
  resolve('delivered');
  await until(() => expect(delivered).toEqual(ids(1, 5)));
});

test('tries an entry again whose delivery fails, with growing patience, before the next', async () => {
  const outbox = createOutbox();
  let faults = 3;
  const { delivered, pauses, drops } = startRelay(outbox, {
    async deliver({ id }) {
      if (id !== 2 || faults === 0) return 'delivered';
      faults -= 1;
      throw new Error('receiver is down');
    },
  });
  await outbox.append(3);
  await until(() => expect(delivered).toEqual([1, 2, 3]));
  expect(pauses).toEqual([1, 2, 3]);
  expect(drops).toEqual([]);
});

test('ends the delivery in hand at the stop; the rest goes on after the next start', async () => {
  const outbox = createOutbox();
  const { promise, resolve } = Promise.withResolvers<'delivered'>();
  const first = startRelay(outbox, { deliver: () => promise });
  await outbox.append(5);
  // The relay has to hold the first entry before it is stopped.
  await until(async () =>
    expect(await first.relay.readProgress()).toMatchObject({ events_pending: 5 }),
  );
  const stopped = first.relay.stop();
  resolve('delivered');
  await stopped;
  const count = first.delivered.length;
  expect(count).toBeLessThanOrEqual(1);

  const second = startRelay(outbox);
  await until(() => expect(second.delivered).toEqual(ids(count + 1, 5)));
});

test('ends a pause at the stop', async () => {
  const outbox = createOutbox();
  const pause = vi.fn(() => Promise.withResolvers<void>().promise);
  const { relay } = startRelay(outbox, { deliver: failAlways(1), pause });
  await outbox.append(1);
  await until(() => expect(pause).toHaveBeenCalled());
  await relay.stop();
});

test('forgets at a reset what waited, the entry in hand too', async () => {
  const outbox = createOutbox();
  const { promise, resolve } = Promise.withResolvers<'delivered'>();
  const deliver = vi.fn(async ({ id }: AuditEntry) => (id < 3 ? 'delivered' : promise));
  const { relay, delivered } = startRelay(outbox, { deliver });
  await outbox.append(5);
  await until(() => expect(deliver).toHaveBeenCalledTimes(3));
  await outbox.reset();
  expect(await relay.readProgress()).toMatchObject({ events_processed: 0, events_pending: 0 });
  await outbox.append(2);
  expect(await relay.readProgress()).toMatchObject({ events_processed: 0, events_pending: 2 });
  resolve('delivered');
  await until(() => expect(delivered).toEqual([1, 2, 3, 1, 2]));
  expect(await relay.readProgress()).toMatchObject({ events_processed: 2, events_pending: 0 });
});

test('begins anew when the saved position lies beyond the end, as after a restored backup', async () => {
  const outbox = createOutbox();
  await outbox.append(5);
  const cursor = { ...outbox.cursor, load: async () => ({ epoch: '1', id: 50 }) };
  const { relay, delivered } = startRelay({ ...outbox, cursor });
  expect(await relay.readProgress()).toMatchObject({ events_processed: 0, events_pending: 5 });
  await until(() => expect(delivered).toEqual(ids(1, 5)));
});

describe('the cursor', () => {
  test('is saved once the relay is idle', async () => {
    const outbox = createOutbox();
    startRelay(outbox);
    await outbox.append(3);
    await until(async () => expect(await outbox.cursor.load()).toMatchObject({ id: 3 }));
  });

  test('is saved while a receiver fails', async () => {
    const outbox = createOutbox();
    startRelay(outbox, { deliver: failAlways(4), giveUpAfter: Number.POSITIVE_INFINITY });
    await outbox.append(5);
    await until(async () => expect(await outbox.cursor.load()).toMatchObject({ id: 3 }));
  });

  test('is saved once for 20 entries under load', async () => {
    const outbox = createOutboxWithBrokenCursor();
    outbox.repair();
    await outbox.append(100);
    const { relay, delivered } = startRelay(outbox);
    await until(() => expect(delivered).toEqual(ids(1, 100)));
    await relay.stop();
    expect(outbox.countTries()).toBe(5);
  });

  test('is saved at the stop', async () => {
    const outbox = createOutbox();
    const { promise, resolve } = Promise.withResolvers<'delivered'>();
    const deliver = vi.fn(() => promise);
    const { relay } = startRelay(outbox, { deliver });
    await outbox.append(5);
    await until(() => expect(deliver).toHaveBeenCalled());
    const stopped = relay.stop();
    resolve('delivered');
    await stopped;
    expect(await outbox.cursor.load()).toMatchObject({ id: 1 });
  });

  test('holds the delivery after 20 entries while it can not be saved, over restarts too', async () => {
    const outbox = createOutboxWithBrokenCursor();
    await outbox.append(100);
    for (const _ of ['first start', 'second start']) {
      const { relay, delivered } = startRelay(outbox);
      const tries = outbox.countTries();
      await until(() => expect(outbox.countTries()).toBeGreaterThan(tries + 3));
      expect(await relay.readProgress()).toMatchObject({ events_processed: 20 });
      await expect(relay.stop()).rejects.toThrow('disk is full');
      expect(delivered).toEqual(ids(1, 20));
    }

    outbox.repair();
    const { delivered } = startRelay(outbox);
    await until(() => expect(delivered).toEqual(ids(1, 100)));
  });

  test('lets the delivery go on by itself once it can be saved again', async () => {
    const outbox = createOutboxWithBrokenCursor();
    await outbox.append(100);
    const pause = async (failures: number) => {
      if (failures === 3) outbox.repair();
    };
    const { delivered } = startRelay(outbox, { pause });
    await until(() => expect(delivered).toEqual(ids(1, 100)));
  });
});

describe('the line goes on without an entry', () => {
  test('that the receiver refuses for good', async () => {
    const outbox = createOutbox();
    const { relay, delivered, pauses, drops } = startRelay(outbox, {
      deliver: async ({ id }) => (id === 2 ? 'refused' : 'delivered'),
    });
    await outbox.append(3);
    await until(() => expect(delivered).toEqual([1, 3]));
    expect(drops).toEqual([{ id: 2, reason: 'refused', error: undefined }]);
    expect(pauses).toEqual([]);
    expect(await relay.readProgress()).toEqual({
      events_processed: 3,
      events_pending: 0,
      events_dropped: 1,
    });
    await outbox.reset();
    expect(await relay.readProgress()).toMatchObject({ events_dropped: 0 });
    await outbox.append(1);
    await until(() => expect(delivered).toEqual([1, 3, 1]));
    expect(await relay.readProgress()).toMatchObject({ events_processed: 1, events_dropped: 0 });
  });

  test('whose delivery failed for as long as is allowed', async () => {
    const outbox = createOutbox();
    const { delivered, pauses, drops } = startRelay(outbox, { deliver: failAlways(2) });
    await outbox.append(3);
    await until(() => expect(delivered).toEqual([1, 3]));
    expect(pauses).toEqual(ids(1, 24));
    expect(drops).toEqual([{ id: 2, reason: 'expired', error: new Error('receiver is down') }]);
  });

  test('and gives the next one as long', async () => {
    const outbox = createOutbox();
    const { delivered, pauses, drops } = startRelay(outbox, {
      async deliver({ id }) {
        if (id < 3) throw new Error('receiver is down');
        return 'delivered';
      },
    });
    await outbox.append(3);
    await until(() => expect(delivered).toEqual([3]));
    expect(pauses).toEqual([...ids(1, 24), ...ids(1, 24)]);
    expect(drops).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  test('but not before a new entry, which got the id of one that failed, failed for as long', async () => {
    const outbox = createOutbox();
    let tries = 0;
    const { pauses, drops } = startRelay(outbox, {
      async deliver() {
        tries += 1;
        if (tries === 20) {
          await outbox.reset();
          await outbox.append(1);
        }
        throw new Error('receiver is down');
      },
    });
    await outbox.append(1);
    await until(() => expect(drops).toHaveLength(1));
    expect(pauses).toEqual(ids(1, 20 + 24));
  });
});
