import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { getTableConfig } from './drizzle.ts';
import { prepareSchema } from './prepare-schema.ts';
import * as schema from './schema.ts';
import { WRITER_QUERIES } from './writer/queries.ts';

const sqlite = new Database(':memory:');
prepareSchema(sqlite, { statuses: [], seed: [], insertPart: WRITER_QUERIES.insertPart });

const tables = Object.values(schema).map(getTableConfig);

describe.for(tables.map((table) => [table.name, table] as const))('%s', ([name, table]) => {
  test('has the columns of the Drizzle schema', () => {
    const actual = rows(`SELECT name, type, "notnull" FROM pragma_table_info('${name}')`);
    expect(actual).toEqual(
      table.columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notnull: Number(column.notNull),
      })),
    );
  });

  test('has the foreign keys of the Drizzle schema', () => {
    const actual = rows(
      `SELECT "from", "table", "to" FROM pragma_foreign_key_list('${name}') ORDER BY id DESC`,
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
    const actual = rows(
      `SELECT name FROM pragma_index_list('${name}') WHERE origin = 'c' ORDER BY name`,
    );
    expect(actual).toEqual(table.indexes.map(({ config }) => ({ name: config.name })));
  });

  test('has the unique columns of the Drizzle schema', () => {
    const actual = rows(
      `SELECT (SELECT group_concat(name) FROM pragma_index_info(list.name)) AS columns
        FROM pragma_index_list('${name}') AS list WHERE origin = 'u'`,
    );
    const single = table.columns.filter(({ isUnique }) => isUnique);
    const several = table.uniqueConstraints.map(({ columns }) => columns);
    expect(actual).toEqual(
      [...single.map((column) => [column]), ...several].map((columns) => ({
        columns: columns.map((column) => column.name).join(),
      })),
    );
  });

  test('has the primary key and the defaults of the Drizzle schema, and no checks', () => {
    const actual = rows(
      `SELECT name, pk, dflt_value FROM pragma_table_info('${name}') WHERE pk OR dflt_value IS NOT NULL`,
    );
    expect(actual).toEqual(
      table.columns
        .filter(({ primary, hasDefault }) => primary || hasDefault)
        .map((column) => ({
          name: column.name,
          pk: Number(column.primary),
          dflt_value: column.default === undefined ? null : String(column.default),
        })),
    );
    expect(table.checks).toEqual([]);
  });

  test('is STRICT', () => {
    expect(rows(`SELECT strict FROM pragma_table_list('${name}')`)).toEqual([{ strict: 1 }]);
  });
});

test('every table of the database is in the Drizzle schema', () => {
  const actual = rows(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%' ORDER BY name",
  );
  expect(actual).toEqual(
    tables.map(({ name }) => ({ name })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
});

function rows(query: string): unknown[] {
  return sqlite.prepare(query).all();
}
