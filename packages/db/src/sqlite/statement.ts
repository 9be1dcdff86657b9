import type { Database } from 'better-sqlite3';
import type { ListQuery } from '../queries.ts';

type Values = Readonly<Record<string, unknown>>;

/** A compiled query. Each run needs a value for every name. */
export interface Statement<Row> {
  get(values?: Values): Row | undefined;
  all(values?: Values): Row[];
  /** Writes exactly one row, or throws. */
  run(values: Values): { readonly lastInsertRowid: number };
  /** Writes any number of rows. */
  runAny(values: Values): void;
}

/**
 * The only way to run a query: with a guard against values that are missing, and writes that did not happen.
 *
 * @param sql with a colon before the name of each value
 */
export function prepare<Row>(sqlite: Database, sql: string): Statement<Row> {
  const names = [...sql.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const statement = sqlite.prepare<unknown[], Row>(sql.replaceAll(/:\w+/g, '?'));
  const bind = (values: Values = {}) =>
    names.map((name) => {
      // SQLite would take it for NULL.
      if (values[name] === undefined) throw new Error(`the value of ${name} is missing`);
      return values[name];
    });
  return {
    get: (values) => statement.get(bind(values)),
    all: (values) => statement.all(bind(values)),
    run(values) {
      const { changes, lastInsertRowid } = statement.run(bind(values));
      // A trigger can make SQLite ignore a write without an error.
      if (changes !== 1) throw new Error(`${changes} rows were changed by ${sql}`);
      return { lastInsertRowid: Number(lastInsertRowid) };
    },
    runAny: (values) => void statement.run(bind(values)),
  };
}

/** An insert with a value for each of these columns under its name. */
export function insertInto(table: string, columns: string): string {
  return `INSERT INTO ${table} (${columns}) VALUES (${columns.replaceAll(/\w+/g, ':$&')})`;
}

/** Runs list queries; each shape is compiled once. */
export function createLister<Row>(sqlite: Database): (query: ListQuery) => Row[] {
  const statements = new Map<string, Statement<Row>>();
  return ({ text, values }) => {
    const statement = statements.get(text) ?? prepare<Row>(sqlite, text);
    statements.set(text, statement);
    return statement.all(values);
  };
}
