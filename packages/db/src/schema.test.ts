import { PART_STATUSES } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { getTableConfig } from './drizzle.ts';
import * as schema from './schema.ts';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

const tables = Object.values(schema).map(getTableConfig);

describe.for(tables.map((table) => [table.name, table] as const))('%s', ([name, table]) => {
  test('has the columns of the Drizzle schema', () => {
    const { outside } = openTemporaryDatabase();
    const actual = rows(outside, `SELECT name, type, "notnull" FROM pragma_table_info('${name}')`);
    expect(actual).toEqual(
      table.columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notnull: Number(column.notNull),
      })),
    );
  });

  test('has the foreign keys of the Drizzle schema', () => {
    const { outside } = openTemporaryDatabase();
    const actual = rows(
      outside,
      `SELECT "from", "table", "to" FROM pragma_foreign_key_list('${name}')`,
    );
    expect(actual).toEqual(
      table.foreignKeys.map((key) => {
        const { columns, foreignColumns, foreignTable } = key.reference();
        return {
          from: columns[0]?.name,
          table: getTableConfig(foreignTable).name,
          to: foreignColumns[0]?.name,
        };
      }),
    );
  });

  test('has the indexes of the Drizzle schema', () => {
    const { outside } = openTemporaryDatabase();
    const actual = rows(
      outside,
      `SELECT name FROM pragma_index_list('${name}') WHERE origin = 'c' ORDER BY name`,
    );
    expect(actual).toEqual(table.indexes.map(({ config }) => ({ name: config.name })));
  });

  test('is STRICT', () => {
    const { outside } = openTemporaryDatabase();
    expect(rows(outside, `SELECT strict FROM pragma_table_list('${name}')`)).toEqual([
      { strict: 1 },
    ]);
  });
});

test('every table of the database is in the Drizzle schema', () => {
  const { outside } = openTemporaryDatabase();
  const actual = rows(
    outside,
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%' ORDER BY name",
  );
  expect(actual).toEqual(
    tables.map(({ name }) => ({ name })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
});

describe('the schema defends itself', () => {
  test('it knows the statuses and no others', () => {
    const { outside } = openTemporaryDatabase();
    const update = outside.prepare(
      'UPDATE parts SET status = ?, version = version + 1 WHERE id = 1',
    );
    for (const status of PART_STATUSES) expect(update.run(status).changes).toBe(1);
    for (const status of ['approved', '', 'Lost', null]) {
      expect(() => update.run(status)).toThrow(/constraint failed/);
    }
  });

  const change = `UPDATE parts SET status = 'Draft', version = 2 WHERE id = 1;`;
  const entry = (columns: string) =>
    `INSERT INTO audit_entries (part_id, version, old_status, new_status, changed_at) VALUES (${columns}, '')`;

  test.for<[string, string, RegExp]>([
    ['a version that does not grow', 'UPDATE parts SET name = name', /grows by 1/],
    ['a version that jumps', 'UPDATE parts SET version = version + 2', /grows by 1/],
    ['an audit entry without its change', entry(`1, 2, 'Approved', 'Draft'`), /was just made/],
    ['an audit entry of an unknown part', entry(`99, 2, 'Draft', 'Draft'`), /was just made/],
    [
      'an entry with another status',
      `${change} ${entry(`1, 2, 'Draft', 'Rejected'`)}`,
      /just made/,
    ],
    [
      'two entries for one version',
      `${change} ${entry(`1, 2, 'Approved', 'Draft'`)}; ${entry(`1, 2, 'Approved', 'Draft'`)}`,
      /UNIQUE constraint failed/,
    ],
    [
      'a changed audit entry',
      `${change} ${entry(`1, 2, 'Approved', 'Draft'`)}; UPDATE audit_entries SET reason = 'x'`,
      /append-only/,
    ],
    [
      'a removed audit entry',
      `${change} ${entry(`1, 2, 'Approved', 'Draft'`)}; DELETE FROM audit_entries`,
      /append-only/,
    ],
  ])('it refuses %s', ([, sql, message]) => {
    const { outside } = openTemporaryDatabase();
    expect(() => outside.transaction(() => outside.exec(sql))()).toThrow(message);
  });
});

function rows(connection: Database, query: string): unknown[] {
  return connection.prepare(query).all();
}
