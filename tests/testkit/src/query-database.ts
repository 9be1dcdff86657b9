import Database from 'better-sqlite3';
import pg from 'pg';

const { INT8 } = pg.types.builtins;

/**
 * Runs a statement in a database, without the product.
 *
 * @param database the path of a SQLite file, or the URL of a PostgreSQL database
 * @returns its rows
 */
export async function queryDatabase<Row = Readonly<Record<string, unknown>>>(
  database: string,
  sql: string,
): Promise<Row[]> {
  if (!/^postgres(ql)?:/.test(database)) {
    const sqlite = new Database(database, { fileMustExist: true });
    try {
      const statement = sqlite.prepare<[], Row>(sql);
      if (statement.reader) return statement.all();
      statement.run();
      return [];
    } finally {
      sqlite.close();
    }
  }
  const client = new pg.Client({
    connectionString: database,
    // Ids and versions, which the driver gives as text.
    types: { getTypeParser: (type) => (type === INT8 ? Number : pg.types.getTypeParser(type)) },
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
