import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { and, db, eq, getTableColumns, is, Param, Placeholder, sql } from './drizzle.ts';
import type { Parameter, Query } from './statement.ts';

interface Built {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
}

type RowOf<B> = B extends { all(): readonly (infer Row)[] } ? Row : never;

/**
 * Turns a query that Drizzle built into plain data. Rows come as SQLite gives them, since Drizzle's
 * mapping doubles the time of a list: a computed column needs an alias that is its member's name.
 */
export function describe<B extends Built>(built: B): Query<RowOf<B>> {
  const { sql, params } = built.toSQL();
  return { sql, params: params.map(describeParameter) };
}

/** A query for the rows of a table whose columns have the values under their names. */
export function describeLookUp<T extends SQLiteTable>(
  table: T,
  ...columns: readonly SQLiteColumn[]
): Query<T['$inferSelect']> {
  const matches = columns.map((column) => eq(column, sql.placeholder(column.name)));
  const query = db
    .select(getTableColumns(table))
    .from(table)
    .where(and(...matches));
  return describe<Built>(query);
}

/** An insert that takes a value for each column under its name; null lets SQLite choose an id. */
export function describeInsert<T extends SQLiteTable>(table: T): Query {
  const names = Object.keys(getTableColumns(table));
  const values = Object.fromEntries(names.map((name) => [name, sql.placeholder(name)]));
  return describe(db.insert(table).values(values as T['$inferInsert']));
}

function describeParameter(param: unknown): Parameter {
  const value = is(param, Param) ? param.value : param;
  return is(value, Placeholder) ? { name: value.name } : { value };
}
