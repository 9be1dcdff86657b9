import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '@parts/testkit';
import Database from 'better-sqlite3';

export interface DatabaseSize {
  readonly parts: number;
  /** Evenly spread over all parts. */
  readonly auditEntries: number;
}

const SCHEMA = new URL('../../packages/db/migrations/sqlite/', import.meta.url);

/** How long a prepared database is used again, in milliseconds. */
const LIFETIME = 24 * 3_600_000;

/**
 * A database of a size, from the product's own schema: the server makes it, bulk SQL
 * fills it. It is kept in `directory` and used again for a day while the schema is the same.
 */
export async function prepareDatabase(directory: string, size: DatabaseSize): Promise<string> {
  const name = `parts-${size.parts}-audit-${size.auditEntries}-${hashSchema()}`;
  const path = join(directory, `${name}.db`);
  if (existsSync(path) && Date.now() - statSync(path).mtimeMs < LIFETIME) return path;
  const draft = join(directory, `${name}.draft.db`);
  for (const file of [path, draft, `${draft}-wal`, `${draft}-shm`]) {
    rmSync(file, { force: true });
  }
  const server = await startServer({ directory, env: { DATABASE_PATH: draft }, cleanUp: () => {} });
  await server.end('SIGTERM');
  fill(draft, size);
  renameSync(draft, path);
  return path;
}

function hashSchema(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(SCHEMA)
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    hash.update(readFileSync(new URL(file, SCHEMA)));
  }
  return hash.digest('hex').slice(0, 12);
}

function fill(path: string, { parts, auditEntries }: DatabaseSize): void {
  const sqlite = new Database(path);
  // Nobody needs this file after a crash.
  sqlite.pragma('synchronous = OFF');
  sqlite.pragma('journal_mode = DELETE');
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  sqlite.transaction(() => {
    // They guard changes one by one and would refuse history that is written afterwards.
    for (const { name } of triggers) sqlite.exec(`DROP TRIGGER "${name}"`);
    fillParts(sqlite, parts);
    fillAudit(sqlite, parts, auditEntries);
    for (const { sql } of triggers) sqlite.exec(sql);
  })();
  sqlite.pragma('journal_mode = WAL');
  sqlite.close();
}

/** Beside the seed, so that there are `parts` together. */
function fillParts(sqlite: Database.Database, parts: number): void {
  sqlite
    .prepare<[number]>(`
      INSERT INTO parts (part_number, name, description, status, created_at, updated_at)
      WITH RECURSIVE numbers (n) AS (
        SELECT (SELECT count(*) FROM parts) + 1
        UNION ALL SELECT n + 1 FROM numbers WHERE n < ?
      )
      SELECT printf('GEN-%07d', n), 'Generated part ' || n,
        'One of many parts that fill the table of a benchmark', 'Draft',
        '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z'
      FROM numbers`)
    .run(parts);
}

/** Each part gets the same number of changes, to its own status, one after another. */
function fillAudit(sqlite: Database.Database, parts: number, entries: number): void {
  const changes = Math.ceil(entries / parts);
  if (changes === 0) return;
  sqlite
    .prepare<[number, number]>(`
      INSERT INTO audit_entries (part_id, kind, old_status, new_status, version, request_id, changed_at)
      WITH RECURSIVE versions (version) AS (
        SELECT 2 UNION ALL SELECT version + 1 FROM versions WHERE version <= ?
      )
      SELECT id, 'status_changed', status, status, versions.version, printf('bench-%012d', id), updated_at
      FROM parts CROSS JOIN versions LIMIT ?`)
    .run(changes, entries);
  sqlite.exec(`
    UPDATE parts SET version = coalesce(
      (SELECT max(version) FROM audit_entries WHERE part_id = parts.id), version)`);
}
