import { type DrizzleDatabase, is, Param, Placeholder } from './drizzle.ts';

interface Query<Prepared> {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
  prepare(): Prepared;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Compiles a query that Drizzle built, to be used like the result of its own `prepare()`.
 * It runs without Drizzle, whose mapping of rows doubles the time of a list: rows come as
 * SQLite gives them. So it is for writes and for whole tables, whose columns have the names
 * of our members. A write must change exactly one row.
 */
export function prepareDirect<Prepared>(db: DrizzleDatabase, query: Query<Prepared>): Prepared {
  const { sql, params } = query.toSQL();
  const statement = db.$client.prepare<unknown[]>(sql);
  const readers = params.map(readerOf);
  const bind = (values: Values) => readers.map((read) => read(values));
  const direct = {
    get: (values: Values) => statement.get(bind(values)),
    all: (values: Values) => statement.all(bind(values)),
    run(values: Values) {
      const result = statement.run(bind(values));
      // A trigger can make SQLite ignore a write without an error.
      if (result.changes !== 1) throw new Error(`${result.changes} rows were changed by ${sql}`);
      return result;
    },
  };
  return direct as Prepared;
}

/** Where the value of a parameter comes from: for a placeholder from the values, else it is fixed. */
function readerOf(param: unknown): (values: Values) => unknown {
  const value = is(param, Param) ? param.value : param;
  if (!is(value, Placeholder)) return () => value;
  const { name } = value;
  return (values) => {
    const given = values[name];
    // SQLite would take it for NULL.
    if (given === undefined) throw new Error(`the value of ${name} is missing`);
    return given;
  };
}
