import type { Database } from 'better-sqlite3';

/** A query as plain data: the thread that writes gets its queries from the one that has Drizzle. */
export interface Query<Row = unknown> {
  readonly sql: string;
  readonly params: readonly Parameter[];
  /** Never there; it carries the type. */
  readonly row?: Row;
}

/** A value that each run brings under a name, or one that is always the same. */
export type Parameter = { readonly name: string } | { readonly value: unknown };

type Values = Readonly<Record<string, unknown>>;

/** A compiled query. Each run needs a value for every name. */
export interface Statement<Row> {
  get(values: Values): Row | undefined;
  all(values: Values): Row[];
  /** Writes exactly one row, or throws. */
  run(values: Values): { readonly lastInsertRowid: number };
  /** Writes any number of rows. */
  runAny(values: Values): void;
}

/** The only way to run a query: with a guard against values that are missing, and writes that did not happen. */
export function prepare<Row>(sqlite: Database, query: Query<Row>): Statement<Row> {
  const statement = sqlite.prepare<unknown[], Row>(query.sql);
  const readers = query.params.map(readerOf);
  const bind = (values: Values) => readers.map((read) => read(values));
  return {
    get: (values) => statement.get(bind(values)),
    all: (values) => statement.all(bind(values)),
    run(values) {
      const { changes, lastInsertRowid } = statement.run(bind(values));
      // A trigger can make SQLite ignore a write without an error.
      if (changes !== 1) throw new Error(`${changes} rows were changed by ${query.sql}`);
      return { lastInsertRowid: Number(lastInsertRowid) };
    },
    runAny(values) {
      statement.run(bind(values));
    },
  };
}

function readerOf(parameter: Parameter): (values: Values) => unknown {
  if ('value' in parameter) return () => parameter.value;
  const { name } = parameter;
  return (values) => {
    const given = values[name];
    // SQLite would take it for NULL.
    if (given === undefined) throw new Error(`the value of ${name} is missing`);
    return given;
  };
}
