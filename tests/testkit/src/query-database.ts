import pg from 'pg';

/** Runs a statement in a PostgreSQL database, without the product. @returns its rows */
export async function queryDatabase(
  url: string,
  sql: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows;
}
