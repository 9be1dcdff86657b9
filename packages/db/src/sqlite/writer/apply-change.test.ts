import type { Storage } from '@parts/core';
import { buildImport, buildRow, buildStatusChange } from '@parts/core/testing';
import type { Database } from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { dump, openTemporaryStorage } from '../../testing/temporary-storage.ts';

describe('a change and its audit entry are both there or neither', () => {
  test('a failing audit insert leaves the part unchanged', async () => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec(`CREATE TRIGGER fail BEFORE INSERT ON audit_entries
      BEGIN SELECT RAISE (ABORT, 'injected'); END`);
    const before = dump(outside);
    await expect(storage.parts.change(buildStatusChange())).rejects.toThrow('injected');
    expect(dump(outside)).toEqual(before);
  });

  test('a failing idempotency record leaves part and audit unchanged', async () => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec(`CREATE TRIGGER fail BEFORE INSERT ON idempotency_keys
      BEGIN SELECT RAISE (ABORT, 'injected'); END`);
    const before = dump(outside);
    const change = buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } });
    await expect(storage.parts.change(change)).rejects.toThrow('injected');
    expect(dump(outside)).toEqual(before);
  });

  test.for([
    ['BEFORE INSERT ON audit_entries', /0 rows were changed/],
    ['BEFORE UPDATE ON parts', /the part did not change/],
    ['BEFORE INSERT ON idempotency_keys', /0 rows were changed/],
  ] as const)('a write that a trigger %s ignores fails the change', async ([event, message]) => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec(`CREATE TRIGGER ignore ${event} BEGIN SELECT RAISE (IGNORE); END`);
    const before = dump(outside);
    const change = buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } });
    await expect(storage.parts.change(change)).rejects.toThrow(message);
    expect(dump(outside)).toEqual(before);
  });

  test('a failing commit fails every change in the group and keeps none', async () => {
    const { storage, outside } = await openTemporaryStorage();
    // A deferred foreign key is checked by COMMIT.
    outside.exec(`
      CREATE TABLE fault (part_id INTEGER REFERENCES parts (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER fail AFTER INSERT ON audit_entries WHEN NEW.reason = 'fail'
      BEGIN INSERT INTO fault VALUES (-1); END`);
    const before = dump(outside);
    const group = [buildStatusChange(), buildStatusChange({ partId: 2, reason: 'fail' })];
    const outcomes = await Promise.allSettled(group.map((change) => storage.parts.change(change)));
    expect(outcomes).toMatchObject([
      { reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } },
      { reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } },
    ]);
    expect(dump(outside)).toEqual(before);
    await expect(storage.parts.change(buildStatusChange())).resolves.toBeDefined();
  });

  test('a change that fails leaves its neighbours in the group untouched', async () => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec(`CREATE TRIGGER fail BEFORE INSERT ON audit_entries WHEN NEW.reason = 'fail'
      BEGIN SELECT RAISE (ABORT, 'injected'); END`);
    const group = [
      buildStatusChange({ partId: 1 }),
      buildStatusChange({ partId: 2, reason: 'fail' }),
      buildStatusChange({ partId: 99 }),
      buildStatusChange({ partId: 3 }),
    ];
    const outcomes = await Promise.allSettled(group.map((change) => storage.parts.change(change)));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    const audited = outside.prepare('SELECT part_id FROM audit_entries').pluck().all();
    const changed = outside.prepare('SELECT id FROM parts WHERE version = 2').pluck().all();
    expect(audited).toEqual([1, 3]);
    expect(changed).toEqual([1, 3]);
  });
});

describe('a change that ends the transaction of its group', () => {
  const inject = (outside: Database, when: string) =>
    outside.exec(`CREATE TRIGGER fail BEFORE INSERT ON audit_entries WHEN ${when}
      BEGIN SELECT RAISE (ROLLBACK, 'injected'); END`);

  test('fails alone: the others of the group are made, each once', async () => {
    const { storage, outside } = await openTemporaryStorage();
    inject(outside, `NEW.reason = 'fail'`);
    const group = Array.from({ length: 200 }, (_, index) =>
      buildStatusChange({
        partId: 1 + (index % 12),
        reason: index % 100 === 40 ? 'fail' : String(index),
      }),
    );
    const outcomes = await Promise.allSettled(group.map((change) => storage.parts.change(change)));
    const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(failed).toEqual([40, 140]);
    expect(outside.prepare('SELECT reason FROM audit_entries ORDER BY id').pluck().all()).toEqual(
      group.map(({ reason }) => reason).filter((reason) => reason !== 'fail'),
    );
    expect(outside.prepare('SELECT sum(version - 1) FROM parts').pluck().get()).toBe(198);
  });

  test('brings no endless tries when every change does so', async () => {
    const { storage, outside } = await openTemporaryStorage();
    inject(outside, 'true');
    const before = dump(outside);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, () => storage.parts.change(buildStatusChange())),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(dump(outside)).toEqual(before);
    outside.exec('DROP TRIGGER fail');
    await storage.parts.change(buildStatusChange());
    expect(storage.statistics.readCommits()).toEqual({ commits: 1, jobs: 1 });
  });
});

describe('idempotency records', () => {
  const keyed = (key: string, changedAt: string) =>
    buildStatusChange({ changedAt, idempotency: { key, fingerprint: 'f' } });

  test('a key is forgotten when its lifetime is over', async () => {
    const { storage } = await openTemporaryStorage({ idempotencyLifetime: 1000 });
    const { parts } = storage;
    await parts.change(keyed('k', '2026-01-01T00:00:00.000Z'));
    const atTheEnd = await parts.change(keyed('k', '2026-01-01T00:00:01.000Z'));
    const afterwards = await parts.change(keyed('k', '2026-01-01T00:00:01.001Z'));
    expect([atTheEnd.replayed, afterwards.replayed]).toEqual([true, false]);
  });

  /** Makes so many changes with a new key each, at so many seconds. */
  function addKeys({ parts }: Storage, count: number, seconds: number) {
    const changedAt = second(seconds);
    const keys = Array.from({ length: count }, (_, index) => `${seconds}-${index}`);
    return Promise.all(keys.map((key) => parts.change(keyed(key, changedAt))));
  }

  const second = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

  test('new keys take the expired ones away, now and then', async () => {
    const { storage, outside } = await openTemporaryStorage({ idempotencyLifetime: 1000 });
    const count = outside.prepare('SELECT count(*) FROM idempotency_keys').pluck();
    await addKeys(storage, 10, 0);
    await addKeys(storage, 490, 2);
    expect(count.get()).toBe(500);
    await addKeys(storage, 1, 3);
    expect(count.get()).toBe(491);
  });

  test('a clock that was ahead once neither keeps expired keys nor forgets a key early', async () => {
    const { storage, outside } = await openTemporaryStorage({ idempotencyLifetime: 1000 });
    const count = outside.prepare('SELECT count(*) FROM idempotency_keys').pluck();
    const ahead = 365 * 86_400;
    await addKeys(storage, 6, ahead);
    await addKeys(storage, 500, 0);
    expect(count.get()).toBe(506);
    const retry = keyed(`${ahead}-5`, second(1));
    expect(await storage.parts.change(retry)).toMatchObject({ replayed: true });
    await addKeys(storage, 500, 2);
    expect(count.get()).toBe(500);
  });

  test('fifty equal requests at once change the part once', async () => {
    const { storage } = await openTemporaryStorage();
    const { parts } = storage;
    const change = keyed('k', '2026-01-01T00:00:00.000Z');
    const results = await Promise.all(Array.from({ length: 50 }, () => parts.change(change)));
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(results.map(({ part }) => JSON.stringify(part))).size).toBe(1);
    expect(await storage.audit.list({})).toHaveLength(1);
  });
});

test('another process that reads sees a change only with its audit entry', async () => {
  const { storage, outside } = await openTemporaryStorage();
  const torn = outside.prepare(`
    SELECT count(*) FROM parts WHERE version <> 1 +
      (SELECT count(*) FROM audit_entries WHERE part_id = parts.id)`);
  for (let round = 0; round < 20; round += 1) {
    const changes = [1, 2, 3].map((partId) => storage.parts.change(buildStatusChange({ partId })));
    expect(torn.pluck().get()).toBe(0);
    await Promise.all(changes);
    expect(torn.pluck().get()).toBe(0);
  }
});

describe('an import', () => {
  const buildLongImport = (count: number) =>
    buildImport(Array.from({ length: count }, (_, place) => buildRow(place, `N-${place}`)));

  test('is seen by another process whole or not at all', async () => {
    const { storage, outside } = await openTemporaryStorage();
    const count = outside.prepare('SELECT count(*) FROM audit_entries').pluck();
    const seen = new Set<unknown>();
    let isDone = false;
    const done = storage.parts.import(buildLongImport(1000)).then(() => {
      isDone = true;
    });
    while (!isDone) {
      seen.add(count.get());
      await new Promise(setImmediate);
    }
    await done;
    expect([...seen, count.get()].filter((entries) => entries !== 0 && entries !== 1000)).toEqual(
      [],
    );
    expect(count.get()).toBe(1000);
  });

  test('leaves nothing when its last row fails in the storage', async () => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec(`CREATE TRIGGER fail BEFORE INSERT ON audit_entries
      WHEN NEW.changes ->> '$.part_number[1]' = 'N-99' BEGIN SELECT RAISE (ABORT, 'injected'); END`);
    const before = dump(outside);
    await expect(storage.parts.import(buildLongImport(100))).rejects.toThrow('injected');
    expect(dump(outside)).toEqual(before);
  });
});
