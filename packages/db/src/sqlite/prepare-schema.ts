import type { Part } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { guards, migrate } from './migrations.ts';
import { prepare, type Query } from './statement.ts';

/** As SQLite keeps them in its schema. */
const GUARD_TRIGGERS: readonly string[] = guards.match(/^CREATE TRIGGER .*?^END(?=;)/gms) ?? [];

/** What a database holds from the start. */
export interface SchemaContent {
  readonly statuses: readonly string[];
  readonly seed: readonly Part[];
  readonly insertPart: Query;
}

/**
 * Brings schema, statuses and triggers up to date; a new database gets the seed too. Changes nothing
 * when all is as it should be. Must run inside a transaction that holds the write lock.
 *
 * @returns the number of migrations the database had before
 * @throws DatabaseOpenError
 */
export function prepareSchema(sqlite: Database, content: SchemaContent): number {
  const applied = migrate(sqlite);
  const addStatus = sqlite.prepare('INSERT OR IGNORE INTO statuses VALUES (?)');
  for (const status of content.statuses) addStatus.run(status);
  if (applied === 0) {
    const insertPart = prepare(sqlite, content.insertPart);
    for (const part of content.seed) insertPart.run(part);
  }
  setGuards(sqlite);
  return applied;
}

function setGuards(sqlite: Database): void {
  if (hasGuards(sqlite)) return;
  for (const { name } of listTriggers(sqlite)) sqlite.exec(`DROP TRIGGER "${name}"`);
  sqlite.exec(guards);
}

/** Whether a database has the triggers of this program and no others. */
export function hasGuards(sqlite: Database): boolean {
  const triggers = listTriggers(sqlite);
  return (
    triggers.length === GUARD_TRIGGERS.length &&
    triggers.every(({ sql }) => GUARD_TRIGGERS.includes(sql))
  );
}

function listTriggers(sqlite: Database) {
  return sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
}
