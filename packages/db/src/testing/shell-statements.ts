/** Columns with their values in SQL. */
type Columns = Readonly<Record<string, string>>;

const AT = '2026-01-06T00:00:00.000Z';
const OTHER_NAME = { name: ['Sensor breakout board', 'Other'] };
const NEW = { part_number: [null, 'NEW-1'], name: [null, 'New'], description: [null, ''] };
const RETIRED = { retired_at: [null, AT] };
const RESTORED = { retired_at: [AT, null] };

const json = (value: object) => `'${JSON.stringify(value)}'`;

/**
 * Makes statements as somebody types them in a shell, each with overrides in SQL.
 *
 * @param id of the next entry, where the database gives no ids
 */
export function createShellStatements(id?: string) {
  function insert(table: string, columns: Columns, verb = 'INSERT'): string {
    return `${verb} INTO ${table} (${Object.keys(columns)}) VALUES (${Object.values(columns)})`;
  }

  /** Inserts the next entry of part 3, which is a draft. */
  function entry(overrides: Columns = {}, verb?: string): string {
    const { part_id = '3' } = overrides;
    const columns = {
      ...(id !== undefined && { id }),
      part_id,
      kind: "'status_changed'",
      old_status: `(SELECT status FROM parts WHERE id = ${part_id})`,
      new_status: "'Approved'",
      version: '2',
      changed_at: `'${AT}'`,
      ...overrides,
    };
    return insert('audit_entries', columns, verb);
  }

  /** Inserts the entry of a new part. */
  function creation(overrides: Columns = {}, verb?: string): string {
    const statuses = { old_status: 'NULL', new_status: "'Draft'" };
    const part = { part_id: '13', kind: "'part_created'", version: '1', changes: json(NEW) };
    return entry({ ...statuses, ...part, ...overrides }, verb);
  }

  /** Inserts the entry of an edit of part 3. */
  function edit(overrides: Columns = {}, verb?: string): string {
    const columns = { kind: "'part_edited'", new_status: "'Draft'", changes: json(OTHER_NAME) };
    return entry({ ...columns, ...overrides }, verb);
  }

  function part(overrides: Columns = {}, verb?: string): string {
    const texts = { part_number: "'NEW-1'", name: "''", description: "''", status: "'Draft'" };
    const times = { created_at: `'${AT}'`, updated_at: `'${AT}'` };
    const identity = { ...(id !== undefined && { id: '13' }), version: '1' };
    return insert('parts', { ...identity, ...texts, ...times, ...overrides }, verb);
  }

  const retired = { kind: "'part_retired'", changes: json(RETIRED) };
  const restored = { kind: "'part_restored'", changes: json(RESTORED) };

  return {
    entry,
    part,
    /** Leave part 2 at version 3 with the entries 2 and 3, and part 4, which is Approved, retired by entry 4. */
    history: [
      ...['2', '3'].map((version) => entry({ part_id: '2', version })),
      entry({ part_id: '4', ...retired }),
    ],
    /** Create part 13, approve, edit, retire and restore it. */
    life: [
      creation(),
      entry({ part_id: '13', new_status: "'On Hold'" }),
      edit({ part_id: '13', version: '3', changes: json({ name: ['New', 'Newer'] }) }),
      entry({ part_id: '13', version: '4', new_status: "'Draft'", ...retired }),
      entry({ part_id: '13', version: '5', new_status: "'Draft'", ...restored }),
    ],
    /** What is left of it, but for id and version. */
    lived: {
      ...{ part_number: 'NEW-1', name: 'Newer', description: '', status: 'Draft' },
      ...{ created_at: AT, updated_at: AT, retired_at: null },
    },
    /** Insertions that break a rule, after part 1 got entry 1 and the history was written. */
    listAttacks(verb?: string): string[] {
      const entries: readonly Columns[] = [
        // A kind that does not fit.
        { changes: json(OTHER_NAME) },
        { kind: "'other'" },
        { kind: 'NULL' },
        { kind: "'part_created'" },
        // A retirement at another time, with a status, or of nothing.
        { kind: "'part_retired'", new_status: "'Draft'" },
        {
          kind: "'part_retired'",
          new_status: "'Draft'",
          changes: json({ retired_at: [null, 'z'] }),
        },
        retired,
        { ...restored, new_status: "'Draft'" },
        // A change of a part that was retired.
        { part_id: '4' },
        // One that records no change, or another one.
        { part_id: '99', old_status: "'Draft'" },
        { part_id: 'NULL', old_status: "'Draft'" },
        { old_status: "'Rejected'" },
        { old_status: 'NULL' },
        { new_status: "'Lost'" },
        { new_status: 'NULL' },
        { version: '1' },
        { version: '3' },
        { version: 'NULL' },
        { part_id: '2' },
        { part_id: '2', version: '3' },
        { changed_at: "'2026-01-05T08:59:59.999Z'" },
        { changed_at: 'NULL' },
        // An id that is taken, leaves a gap, or comes before the first.
        ...['1', '3', '6', '0', '-1', '9223372036854775807'].map((id) => ({ id })),
      ];
      // One that is not of the next part, as a draft, with a number of its own.
      const creations: readonly Columns[] = [
        { version: '2' },
        { new_status: "'Approved'" },
        { old_status: "'Draft'" },
        { part_id: '3' },
        { part_id: '14' },
        { changes: 'NULL' },
        { changes: "'no json'" },
        { changes: json({ part_number: [null, 'NEW-1'] }) },
        { changes: json({ ...NEW, part_number: [null, 'pcb-1003'] }) },
      ];
      // One that keeps the approval, goes on from another content, or takes the number of another part.
      const edits: readonly Columns[] = [
        { new_status: "'Approved'" },
        { changes: 'NULL' },
        { changes: json({ name: ['Wrong', 'Other'] }) },
        { changes: json({ part_number: ['PCB-1003', 'pcb-1002'] }) },
        { part_id: '4', changes: json({ name: ['Enclosure, lower half', 'Other'] }) },
      ];
      // One without an entry, that is no draft, or that takes the place of another.
      const parts: readonly Columns[] = [
        {},
        { status: "'Approved'" },
        { status: 'NULL' },
        { status: "'Lost'" },
        { version: '2' },
        { version: '0' },
        { id: '3' },
        { part_number: "'PCB-1003'" },
      ];
      return [
        ...entries.map((columns) => entry(columns, verb)),
        ...creations.map((columns) => creation(columns, verb)),
        ...edits.map((columns) => edit(columns, verb)),
        ...parts.map((columns) => part(columns, verb)),
      ];
    },
  };
}
