import { restoreVersion } from '../restore-version.ts';
import {
  buildCreation,
  buildEdit,
  buildStatusChange,
  CONTRACT_PARTS,
  type CreateStore,
  outcomeOf,
  type TestRunner,
  withStorage,
} from './contract.ts';

/** Tests what `Storage.parts` does with creations, edits and retirements. */
export function testContentContract({ test, expect }: TestRunner, createStore: CreateStore): void {
  test(
    'creates a part with its entry, under the next id',
    withStorage(createStore, async ({ parts, audit }) => {
      const { part } = await parts.change(buildCreation({ actor: 'ada', reason: 'new' }));
      expect([part.id, part.version, part.status]).toEqual([3, 1, 'Draft']);
      expect(await parts.find(3)).toEqual(part);
      const [entry] = await audit.listOfPart(3, {});
      expect([entry?.kind, entry?.old_status, entry?.actor, entry?.version]).toEqual([
        'part_created',
        null,
        'ada',
        1,
      ]);
      expect((await parts.change(buildStatusChange({ partId: 3 }))).part.version).toEqual(2);
    }),
  );

  test(
    'chooses the next number behind a prefix, each once',
    withStorage(createStore, async ({ parts }) => {
      const create = (prefix: string) => parts.change(buildCreation({ number: { prefix } }));
      const created = await Promise.all([
        create('PCB-'),
        create('pcb-'),
        create('NEW-'),
        create('%_'),
      ]);
      expect(created.map(({ part }) => part.part_number)).toEqual([
        'PCB-0002',
        'pcb-0003',
        'NEW-0001',
        '%_0001',
      ]);
    }),
  );

  test(
    'refuses a number that another part has, whatever its case, and leaves nothing',
    withStorage(createStore, async ({ parts, audit }) => {
      const refused = [
        buildCreation({ number: { exact: 'pcb-1' } }),
        buildEdit({ partId: 2, content: { part_number: 'PCB-1' } }),
      ];
      for (const change of refused) {
        expect(await outcomeOf(parts.change(change))).toEqual('part_number_taken');
      }
      expect(await parts.list({})).toEqual(CONTRACT_PARTS);
      expect(await audit.list({})).toEqual([]);
      const own = buildEdit({ content: { part_number: 'pcb-1' } });
      expect((await parts.change(own)).part.part_number).toEqual('pcb-1');
    }),
  );

  test(
    'edits the fields that are given, ends the approval and records what differs',
    withStorage(createStore, async ({ parts, audit }) => {
      const { part } = await parts.change(
        buildEdit({ partId: 2, content: { name: 'Long cable' } }),
      );
      expect(part).toEqual({
        ...CONTRACT_PARTS[1],
        name: 'Long cable',
        status: 'Draft',
        version: 2,
        updated_at: '2026-01-02T00:00:00.000Z',
      });
      expect(await parts.find(2)).toEqual(part);
      const [entry] = await audit.list({});
      expect([entry?.kind, entry?.old_status, entry?.changes]).toEqual([
        'part_edited',
        'Approved',
        { name: ['Cable', 'Long cable'] },
      ]);
    }),
  );

  test(
    'writes nothing for an edit that changes nothing',
    withStorage(createStore, async ({ parts, audit }) => {
      const { part } = await parts.change(buildEdit({ partId: 2, content: { name: 'Cable' } }));
      expect(part).toEqual(CONTRACT_PARTS[1]);
      expect(await audit.list({})).toEqual([]);
    }),
  );

  test(
    'hides a retired part from lists until it is restored',
    withStorage(createStore, async ({ parts }) => {
      const ids = async (retired?: boolean | 'any') =>
        (await parts.list({ retired })).map(({ id }) => id);
      const change = buildEdit();
      await parts.change({ ...change, kind: 'part_retired' });
      expect([await ids(), await ids(true), await ids('any')]).toEqual([[2], [1], [1, 2]]);
      expect((await parts.find(1))?.retired_at).toEqual('2026-01-02T00:00:00.000Z');
      expect(await outcomeOf(parts.change(change))).toEqual('part_retired');
      await parts.change({ ...change, kind: 'part_restored' });
      expect(await ids()).toEqual([1, 2]);
    }),
  );

  test(
    'answers a retry of an edit with the part of then',
    withStorage(createStore, async ({ parts }) => {
      const change = buildEdit({ idempotency: { key: 'k', fingerprint: 'f' } });
      const first = await parts.change(change);
      await parts.change(buildEdit({ content: { name: 'Later', description: 'x' } }));
      await parts.change(buildStatusChange());
      expect(await parts.change(change)).toEqual({ part: first.part, replayed: true });
    }),
  );

  test(
    'keeps in the audit what every earlier version is rebuilt from',
    withStorage(createStore, async ({ parts, audit }) => {
      const versions = [(await parts.change(buildCreation())).part];
      const changes = [
        buildEdit({ partId: 3, content: { name: 'B', description: 'b' } }),
        buildStatusChange({ partId: 3, changedAt: '2026-01-03T00:00:00.000Z' }),
        buildEdit({ partId: 3, content: { part_number: 'PCB-9' } }),
        { ...buildEdit({ partId: 3 }), kind: 'part_retired' } as const,
      ];
      for (const change of changes) versions.push((await parts.change(change)).part);
      const current = versions.at(-1);
      if (!current) throw new Error('no version');
      const history = await audit.listOfPart(3, {});
      const restored = versions.map(({ version }) => restoreVersion(current, version, history));
      expect(restored).toEqual(versions);
    }),
  );

  test(
    'keeps people from approving their own work under the rule "four eyes"',
    withStorage(createStore, async ({ parts }) => {
      const change = (actor: string, status: 'In Review' | 'Approved') =>
        parts.change(buildStatusChange({ actor, status, approval: 'four-eyes' }));
      await change('ada', 'In Review');
      expect(await outcomeOf(change('ada', 'Approved'))).toEqual('self_approval');
      const both = await Promise.all([
        outcomeOf(change('bob', 'Approved')),
        outcomeOf(change('cyd', 'Approved')),
      ]);
      expect(both).toEqual(['fulfilled', 'not_in_review']);
    }),
  );

  test(
    'lists the audit by actor, kind and time',
    withStorage(createStore, async ({ parts, audit }) => {
      await parts.change(buildStatusChange({ actor: 'ada' }));
      await parts.change(buildEdit({ actor: 'bob', changedAt: '2026-01-03T00:00:00.000Z' }));
      await parts.change(buildCreation({ actor: 'bob', changedAt: '2026-01-04T00:00:00.000Z' }));
      const ids = async (filter: Parameters<typeof audit.list>[0]) =>
        (await audit.list(filter)).map(({ id }) => id);
      expect(await ids({ actor: 'bob' })).toEqual([2, 3]);
      expect(await ids({ actor: 'bob', after: 2 })).toEqual([3]);
      expect(await ids({ kind: 'status_changed' })).toEqual([1]);
      expect(await ids({ since: '2026-01-03T00:00:00.000Z' })).toEqual([2, 3]);
      expect(await ids({ until: '2026-01-03T00:00:00.000Z' })).toEqual([1]);
      expect(await ids({ actor: 'bob', kind: 'part_edited', limit: 1 })).toEqual([2]);
      expect(await ids({ actor: 'eve' })).toEqual([]);
    }),
  );
}
