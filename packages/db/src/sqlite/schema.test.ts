import { auditEntrySchema, partSchema } from '@parts/core';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { ENTRY, PART } from '../queries.ts';
import { prepareSchema } from './prepare-schema.ts';

const sqlite = new Database(':memory:');
prepareSchema(sqlite, { statuses: [], seed: [] });

describe.for([
  ['parts', PART, partSchema.shape],
  ['audit_entries', ENTRY, auditEntrySchema.shape],
] as const)('%s', ([table, columns, shape]) => {
  test('has the members that core describes as its columns, in their order', () => {
    expect(select(`SELECT name FROM pragma_table_info('${table}')`)).toEqual(Object.keys(shape));
    expect(columns.split(', ')).toEqual(Object.keys(shape));
  });

  test('may have NULL where core allows null, and nowhere else', () => {
    const nullable = Object.entries(shape).filter(([, schema]) => schema.safeParse(null).success);
    expect(select(`SELECT name FROM pragma_table_info('${table}') WHERE NOT "notnull"`)).toEqual(
      nullable.map(([name]) => name),
    );
  });
});

test('every table is STRICT', () => {
  const tables = "SELECT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite%'";
  expect(select(`${tables} ORDER BY name`)).toEqual([
    'audit_entries',
    'epoch',
    'event_cursor',
    'idempotency_keys',
    'parts',
    'statuses',
  ]);
  expect(select(`${tables} AND NOT strict`)).toEqual([]);
});

test.for([
  ['parts', ['part_number'], ['statuses']],
  ['audit_entries', ['part_id,version'], ['parts', 'statuses', 'statuses']],
  ['idempotency_keys', ['part_id,key'], []],
] as const)('%s is unique by %j and refers to %j', ([table, unique, references]) => {
  const keys = `SELECT (SELECT group_concat(name) FROM pragma_index_info(list.name))
    FROM pragma_index_list('${table}') AS list WHERE origin = 'u'`;
  expect(select(keys)).toEqual(unique);
  const others = `SELECT "table" FROM pragma_foreign_key_list('${table}') ORDER BY "table"`;
  expect(select(others)).toEqual(references);
});

function select(query: string): unknown[] {
  return sqlite.prepare(query).pluck().all();
}
