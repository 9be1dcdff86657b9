import type { Import, ImportRow } from '../import.ts';
import type { Storage } from '../storage.ts';
import {
  buildEdit,
  buildImport,
  buildRow,
  buildStatusChange,
  CONTRACT_PARTS,
  type CreateStore,
  outcomeOf,
  type TestRunner,
  withStorage,
} from './contract.ts';

const counts = ({ created, updated, unchanged, approvals_ended }: Record<string, unknown>) => [
  created,
  updated,
  unchanged,
  approvals_ended,
];

const unchangedRow = buildRow(4, 'pcb-1', { content: { name: 'Board' }, version: 1 });
const ROWS = [buildRow(2, 'NEW-1'), buildRow(3, 'cbl-1', { reason: 'typo' }), unchangedRow];

/** Tests what `Storage.parts` does with imports and finds. */
export function testImportContract({ test, expect }: TestRunner, createStore: CreateStore): void {
  const expectUntouched = async ({ parts, audit }: Storage) => {
    expect(await parts.list({})).toEqual(CONTRACT_PARTS);
    expect(await audit.list({})).toEqual([]);
  };

  test(
    'imports creations and edits with one version and one entry for each part that changes',
    withStorage(createStore, async ({ parts, audit }) => {
      const report = await parts.import(buildImport(ROWS));
      expect(counts(report)).toEqual([1, 1, 1, 1]);
      expect(report.rows).toEqual([
        {
          line: 2,
          part_number: 'NEW-1',
          result: 'created',
          changes: {
            part_number: [null, 'NEW-1'],
            name: [null, 'Part 2'],
            description: [null, ''],
          },
          approval_ended: false,
        },
        {
          line: 3,
          part_number: 'CBL-1',
          result: 'updated',
          changes: { name: ['Cable', 'Part 3'] },
          approval_ended: true,
        },
      ]);
      const entries = await audit.list({});
      expect(entries.map(({ part_id, kind, reason }) => [part_id, kind, reason])).toEqual([
        [3, 'part_created', null],
        [2, 'part_edited', 'typo'],
      ]);
      const [board, cable, created] = await parts.list({});
      expect(board).toEqual(CONTRACT_PARTS[0]);
      expect([cable?.status, cable?.version, created?.name]).toEqual(['Draft', 2, 'Part 2']);
    }),
  );

  test(
    'writes nothing in a dry run, which reports what the import does then',
    withStorage(createStore, async (storage) => {
      const dry = await storage.parts.import(buildImport(ROWS, { dryRun: true }));
      await expectUntouched(storage);
      const { dry_run, ...report } = await storage.parts.import(buildImport(ROWS));
      expect(dry).toEqual({ ...report, dry_run: true });
    }),
  );

  test(
    'imports the same rows again as unchanged',
    withStorage(createStore, async ({ parts, audit }) => {
      await parts.import(buildImport(ROWS));
      const { id } = await audit.findEnd();
      for (const existing of ['update', 'skip'] as const) {
        const again = await parts.import(buildImport(ROWS, { existing }));
        expect(counts(again)).toEqual([0, 0, 3, 0]);
      }
      expect((await audit.findEnd()).id).toEqual(id);
    }),
  );

  test(
    'writes nothing of an import in which one row is refused',
    withStorage(createStore, async (storage) => {
      const refused: [ImportRow, Partial<Import>][] = [
        [buildRow(5, 'PCB-1'), { existing: 'fail' }],
        [buildRow(5, 'PCB-1', { version: 2 }), {}],
        [buildRow(5, 'PCB-1', { status: 'Approved' }), {}],
        [buildRow(5, 'PCB-1'), { isReasonRequired: true }],
        [buildRow(5, 'NEW-2', { version: 1 }), {}],
        [buildRow(5, 'NEW-2', { status: 'Approved' }), {}],
        [buildRow(5, 'NEW-2', { content: {} }), {}],
      ];
      for (const [row, overrides] of refused) {
        const batch = buildImport([buildRow(2, 'NEW-1'), row], overrides);
        expect(await outcomeOf(storage.parts.import(batch))).toEqual('invalid_import');
        await expectUntouched(storage);
      }
    }),
  );

  test(
    'refuses to edit a retired part, but takes it as it is',
    withStorage(createStore, async ({ parts }) => {
      await parts.change({ ...buildEdit(), kind: 'part_retired' });
      const edit = parts.import(buildImport([buildRow(2, 'PCB-1')]));
      expect(await outcomeOf(edit)).toEqual('invalid_import');
      const same = buildRow(2, 'PCB-1', { content: { name: 'Board' } });
      expect(counts(await parts.import(buildImport([same])))).toEqual([0, 0, 1, 0]);
    }),
  );

  test(
    'makes one of two imports of the same rows that two openings begin together',
    withStorage(createStore, async (one, store) => {
      const two = await store.open();
      const rows = Array.from({ length: 50 }, (_, index) => buildRow(index + 2, `NEW-${index}`));
      const batch = buildImport(rows, { existing: 'fail' });
      const outcomes = [one, two].map((opening) => outcomeOf(opening.parts.import(batch)));
      expect((await Promise.all(outcomes)).sort()).toEqual(['fulfilled', 'invalid_import']);
      expect((await two.audit.findEnd()).id).toEqual(50);
      await two.close();
    }),
  );

  test(
    'imports nothing for a caller who gave up before',
    withStorage(createStore, async (storage) => {
      const cancelled = storage.parts.import(buildImport(ROWS), { aborted: true });
      expect(await outcomeOf(cancelled)).toEqual('cancelled');
      await expectUntouched(storage);
    }),
  );

  test(
    'finds parts by words and by numbers, whatever their ASCII case',
    withStorage(createStore, async ({ parts }) => {
      const odd = buildRow(2, 'ODD_1', { content: { name: '100% Ä\\', description: 'board' } });
      await parts.import(buildImport([odd]));
      const find = async (query: Parameters<typeof parts.list>[0]) =>
        (await parts.list(query)).map(({ id }) => id);
      expect(await find({ words: ['BOARD'] })).toEqual([1, 3]);
      expect(await find({ words: ['board', 'pcb', 'layers'] })).toEqual([1]);
      expect(await find({ words: ['0%'] })).toEqual([3]);
      expect(await find({ words: ['d_1'] })).toEqual([3]);
      expect(await find({ words: ['ä'] })).toEqual([]);
      expect(await find({ words: ['\\'] })).toEqual([3]);
      expect(await find({ words: ['b'], limit: 1, after: 1 })).toEqual([2]);
      expect(await find({ words: ['b'], status: 'Approved' })).toEqual([2]);
      expect(await find({ partNumbers: ['odd_1', 'x', 'Pcb-1', 'PCB-1'] })).toEqual([1, 3]);
      expect(await find({ partNumbers: ['odd_1', 'Pcb-1'], words: ['four'] })).toEqual([1]);
      expect(await find({ partNumbers: ['odd_1', 'Pcb-1'], after: 1, limit: 1 })).toEqual([3]);
    }),
  );

  test(
    'counts the parts in use by their status',
    withStorage(createStore, async ({ parts, statistics }) => {
      await parts.change(buildStatusChange());
      await parts.change({ ...buildEdit({ partId: 2 }), kind: 'part_retired' });
      expect(await statistics.countByStatus()).toEqual({
        Draft: 0,
        'In Review': 1,
        Approved: 0,
        Rejected: 0,
      });
    }),
  );
}
