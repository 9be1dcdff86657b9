import { readFileSync } from 'node:fs';
import { PART_STATUSES, type Part } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { drizzle } from './drizzle.ts';
import { migrate } from './migrations.ts';
import { parts, statuses } from './schema.ts';

const GUARDS = readFileSync(new URL('../../migrations/guards.sql', import.meta.url), 'utf8');

/** As SQLite keeps them in its schema. */
const GUARD_TRIGGERS: readonly string[] = GUARDS.match(/^CREATE TRIGGER .*?^END(?=;)/gms) ?? [];

/**
 * Brings schema, statuses and triggers up to date; a new database gets the seed too. Changes nothing
 * when all is as it should be. Must run inside a transaction that holds the write lock.
 *
 * @returns the number of migrations the database had before
 * @throws DatabaseOpenError
 */
export function prepareSchema(sqlite: Database, seed: readonly Part[]): number {
  const db = drizzle(sqlite);
  const applied = migrate(sqlite);
  const names = PART_STATUSES.map((name) => ({ name }));
  db.insert(statuses).values(names).onConflictDoNothing().run();
  if (applied === 0 && seed.length > 0)
    db.insert(parts)
      .values([...seed])
      .run();
  setGuards(sqlite);
  return applied;
}

function setGuards(sqlite: Database): void {
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  const areSet =
    triggers.length === GUARD_TRIGGERS.length &&
    triggers.every(({ sql }) => GUARD_TRIGGERS.includes(sql));
  if (areSet) return;
  for (const { name } of triggers) sqlite.exec(`DROP TRIGGER "${name}"`);
  sqlite.exec(GUARDS);
}
