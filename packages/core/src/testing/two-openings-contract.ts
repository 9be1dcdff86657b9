import type { Storage } from '../storage.ts';
import {
  buildStatusChange,
  type CreateStore,
  outcomeOf,
  type TestRunner,
  withStorage,
} from './contract.ts';

/** Tests what two openings of one store, as two servers have them, see of each other. */
export function testTwoOpeningsContract(
  { test, expect }: TestRunner,
  createStore: CreateStore,
): void {
  function withTwo(run: (one: Storage, two: Storage) => Promise<void>) {
    return withStorage(createStore, async (one, store) => {
      const two = await store.open();
      try {
        await run(one, two);
      } finally {
        await two.close();
      }
    });
  }

  test(
    'keeps versions and audit ids of two openings in one order without gaps',
    withTwo(async (one, two) => {
      const changes = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : two).parts.change(buildStatusChange()),
      );
      await Promise.all(changes);
      const entries = await two.audit.list({});
      expect(entries.map(({ id, version }) => [id, version])).toEqual(
        Array.from({ length: 20 }, (_, index) => [index + 1, index + 2]),
      );
      expect(await one.parts.find(1)).toEqual(await two.parts.find(1));
    }),
  );

  test(
    'knows the idempotency keys of the other opening',
    withTwo(async (one, two) => {
      const claim = (fingerprint: string) =>
        buildStatusChange({ idempotency: { key: 'k', fingerprint } });
      const first = await one.parts.change(claim('f'));
      expect(await two.parts.change(claim('f'))).toEqual({ part: first.part, replayed: true });
      expect(await outcomeOf(two.parts.change(claim('g')))).toEqual('idempotency_key_reused');
    }),
  );

  test(
    'hears of the commits and the reset of the other opening',
    withTwo(async (one, two) => {
      const hear = () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const stop = two.audit.onCommit(resolve);
        return promise.finally(stop);
      };
      let heard = hear();
      await one.parts.change(buildStatusChange());
      await heard;
      const place = await two.audit.findEnd();
      expect(place.id).toEqual(1);
      heard = hear();
      await one.maintenance.reset();
      await heard;
      expect((await two.audit.readAfter(place, 10)).isReset).toEqual(true);
    }),
  );

  test(
    'lets an opening lead, and another one when its work has ended',
    withTwo(async (one, two) => {
      const steps: string[] = [];
      const lead = (storage: Storage, name: string) => {
        const { promise: hasBegun, resolve } = Promise.withResolvers<void>();
        const end = storage.lead(() => {
          steps.push(`${name} begins`);
          resolve();
          return async () => {
            await null;
            steps.push(`${name} ends`);
          };
        });
        return { hasBegun, end };
      };
      const first = lead(one, 'one');
      await first.hasBegun;
      await first.end();
      const second = lead(two, 'two');
      await second.hasBegun;
      await second.end();
      expect(steps).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
    }),
  );

  test(
    'moves the position of a list with each change and reset of the other opening, at once',
    withTwo(async (one, two) => {
      const bodies = new Map<string, string>();
      const read = async () => {
        const { parts, position } = await two.parts.listWithPosition({});
        const name = JSON.stringify(position);
        const body = JSON.stringify(parts);
        expect(bodies.get(name) ?? body).toEqual(body);
        bodies.set(name, body);
        return { parts, position };
      };
      const before = await read();
      expect(before.position).toEqual(await two.audit.findEnd());
      for (let round = 0; round < 3; round += 1) {
        const change = one.parts.change(buildStatusChange());
        await read();
        const { part } = await change;
        const { parts, position } = await read();
        expect([parts[0], position.id]).toEqual([part, round + 1]);
      }
      await one.maintenance.reset();
      const after = await read();
      expect([after.parts, after.position.id]).toEqual([before.parts, 0]);
      expect(after.position.epoch === before.position.epoch).toEqual(false);
      expect(bodies.size >= 5).toEqual(true);
    }),
  );
}
