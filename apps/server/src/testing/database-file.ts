import { isOnPostgres, queryDatabase } from '@parts/testkit';
import Database from 'better-sqlite3';

export interface AuditRow {
  readonly part_id: number;
  readonly old_status: string;
  readonly new_status: string;
  readonly version: number;
  readonly request_id: string | null;
}

export interface PartRow {
  readonly id: number;
  readonly status: string;
  readonly version: number;
}

/** All parts and audit entries, and of a SQLite file everything else, too. */
export async function readContent(database: string) {
  if (!isOnPostgres()) return readFileContent(database);
  return {
    parts: await queryDatabase<PartRow>(database, 'SELECT * FROM parts ORDER BY id'),
    audit: await queryDatabase<AuditRow>(database, 'SELECT * FROM audit_entries ORDER BY id'),
  };
}

/** Everything that a SQLite file holds: schema, rows, counters and marks. */
export function readFileContent(path: string) {
  return withDatabase(path, (database) => {
    const select = <Row>(sql: string) => database.prepare<[], Row>(sql).all();
    return {
      integrity: database.pragma('integrity_check', { simple: true }),
      userVersion: database.pragma('user_version', { simple: true }),
      applicationId: database.pragma('application_id', { simple: true }),
      schema: select('SELECT * FROM sqlite_schema ORDER BY rowid'),
      counters: select('SELECT * FROM sqlite_sequence ORDER BY name'),
      parts: select<PartRow>('SELECT * FROM parts ORDER BY id'),
      audit: select<AuditRow>('SELECT * FROM audit_entries ORDER BY id'),
    };
  });
}

/** Creates or alters a database that no server has open. */
export function alterDatabase(path: string, sql: string): void {
  withDatabase(path, (database) => database.exec(sql));
}

function withDatabase<T>(path: string, work: (database: Database.Database) => T): T {
  const database = new Database(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
