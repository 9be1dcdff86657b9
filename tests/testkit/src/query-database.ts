import pg from 'pg';

/** Runs a statement in a PostgreSQL database, without the product. */
export async function queryDatabase(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
