import type { PartStatus } from '../part-status.ts';
import {
  buildStatusChange,
  CONTRACT_PARTS,
  type CreateStore,
  outcomeOf,
  type TestRunner,
  withStorage,
} from './contract.ts';

/** Tests `Storage.parts`. */
export function testPartsContract({ test, expect }: TestRunner, createStore: CreateStore): void {
  test(
    'finds a part by its id and nothing for an unknown id',
    withStorage(createStore, async ({ parts }) => {
      expect(await parts.find(2)).toEqual(CONTRACT_PARTS[1]);
      expect(await parts.find(3)).toEqual(undefined);
    }),
  );

  test(
    'lists parts in the order of their ids, by range and status',
    withStorage(createStore, async ({ parts }) => {
      expect(await parts.list({})).toEqual(CONTRACT_PARTS);
      expect(await parts.list({ limit: 1 })).toEqual(CONTRACT_PARTS.slice(0, 1));
      expect(await parts.list({ after: 1 })).toEqual(CONTRACT_PARTS.slice(1));
      expect(await parts.list({ status: 'Approved' })).toEqual(CONTRACT_PARTS.slice(1));
      expect(await parts.list({ status: 'Approved', after: 2 })).toEqual([]);
    }),
  );

  test(
    'streams every part once, as it is when the stream begins',
    withStorage(createStore, async ({ parts }) => {
      const read = async (status?: PartStatus) =>
        (await Array.fromAsync(parts.stream({ status }))).flat();
      expect(await read()).toEqual(CONTRACT_PARTS);
      expect(await read('Approved')).toEqual(CONTRACT_PARTS.slice(1));
      expect(await read('Rejected')).toEqual([]);
      await parts.change(buildStatusChange({ status: 'Rejected' }));
      expect((await read('Rejected')).length).toEqual(1);
    }),
  );

  test(
    'sets status, version and time with a change, and writes its audit entry',
    withStorage(createStore, async ({ parts, audit }) => {
      const { part, replayed } = await parts.change(
        buildStatusChange({ actor: 'ada', reason: 'ready', requestId: 'r-1' }),
      );
      expect(replayed).toEqual(false);
      expect(part).toEqual({
        ...CONTRACT_PARTS[0],
        status: 'In Review',
        version: 2,
        updated_at: '2026-01-02T00:00:00.000Z',
      });
      expect(await parts.find(1)).toEqual(part);
      expect(await audit.list({})).toEqual([
        {
          id: 1,
          part_id: 1,
          kind: 'status_changed',
          old_status: 'Draft',
          new_status: 'In Review',
          version: 2,
          changes: null,
          actor: 'ada',
          reason: 'ready',
          request_id: 'r-1',
          changed_at: '2026-01-02T00:00:00.000Z',
        },
      ]);
    }),
  );

  test(
    'keeps the time of a part from going back when the clock does',
    withStorage(createStore, async ({ parts, audit }) => {
      await parts.change(buildStatusChange({ changedAt: '2026-03-01T00:00:00.000Z' }));
      const { part } = await parts.change(buildStatusChange());
      const [entry] = await audit.listOfPart(1, { limit: 1 });
      expect([part.updated_at, entry?.changed_at]).toEqual([
        '2026-03-01T00:00:00.000Z',
        '2026-03-01T00:00:00.000Z',
      ]);
    }),
  );

  test(
    'makes concurrent changes one after the other, each once',
    withStorage(createStore, async ({ parts }) => {
      const changes = Array.from({ length: 20 }, () => parts.change(buildStatusChange()));
      const results = await Promise.all(changes);
      expect(results.map(({ part }) => part.version).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 2),
      );
    }),
  );

  test(
    'leaves nothing behind when a change is refused',
    withStorage(createStore, async ({ parts, audit }) => {
      const refused = [
        buildStatusChange({ partId: 3 }),
        buildStatusChange({ expectedVersions: [2, 3] }),
        buildStatusChange({ expectedVersions: [] }),
      ];
      const codes = await Promise.all(refused.map((change) => outcomeOf(parts.change(change))));
      expect(codes).toEqual(['part_not_found', 'version_conflict', 'version_conflict']);
      expect(await outcomeOf(parts.change(buildStatusChange(), { aborted: true }))).toEqual(
        'cancelled',
      );
      expect(await parts.list({})).toEqual(CONTRACT_PARTS);
      expect(await audit.list({})).toEqual([]);
    }),
  );

  test(
    'makes a change when the part has an expected version',
    withStorage(createStore, async ({ parts }) => {
      const change = buildStatusChange({ expectedVersions: [7, 1] });
      expect((await parts.change(change)).part.version).toEqual(2);
    }),
  );

  test(
    'answers a retry with the first result of its idempotency key, whatever came between',
    withStorage(createStore, async ({ parts, audit }) => {
      const change = buildStatusChange({
        expectedVersions: [1],
        idempotency: { key: 'k', fingerprint: 'f' },
      });
      const first = await parts.change(change);
      await parts.change(buildStatusChange({ status: 'Rejected' }));
      expect(await parts.change(change)).toEqual({ part: first.part, replayed: true });
      expect((await audit.list({})).length).toEqual(2);
    }),
  );

  test(
    'knows each of a thousand idempotency keys that came many at a time',
    withStorage(createStore, async ({ parts }) => {
      for (let place = 0; place < 1000; place += 250) {
        const changes = Array.from({ length: 250 }, (_, index) =>
          buildStatusChange({
            partId: 1 + (index % 2),
            idempotency: { key: `k${place + index}`, fingerprint: 'f' },
          }),
        );
        const make = () => Promise.all(changes.map((change) => parts.change(change)));
        const made = await make();
        expect(await make()).toEqual(made.map(({ part }) => ({ part, replayed: true })));
      }
    }),
  );

  test(
    'ties an idempotency key to one part and one request that succeeded',
    withStorage(createStore, async ({ parts }) => {
      const claim = (fingerprint: string) => ({ idempotency: { key: 'k', fingerprint } });
      const failing = buildStatusChange({ ...claim('f'), expectedVersions: [9] });
      expect(await outcomeOf(parts.change(failing))).toEqual('version_conflict');
      await parts.change(buildStatusChange(claim('g')));
      expect(await outcomeOf(parts.change(buildStatusChange(claim('h'))))).toEqual(
        'idempotency_key_reused',
      );
      const other = await parts.change(buildStatusChange({ partId: 2, ...claim('h') }));
      expect(other.replayed).toEqual(false);
    }),
  );
}
