import Database, { type Database as Connection } from 'better-sqlite3';

/** Opens a connection that only reads. It sees what is durable: SQLite shows a commit after its sync. */
export function openReader(path: string): Connection {
  return new Database(path, { readonly: true, timeout: 0 });
}

/** A read transaction on a connection of its own (https://www.sqlite.org/isolation.html). */
export function openSnapshot(path: string): Connection {
  const sqlite = openReader(path);
  // A walk reads each page once: the driver's default would keep 16 MB of them for each reader.
  sqlite.pragma('cache_size = -256');
  // The transaction begins with its first read.
  sqlite.exec('BEGIN');
  return sqlite;
}
