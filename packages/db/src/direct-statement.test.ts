import { expect, test } from 'vitest';
import { prepareDirect } from './direct-statement.ts';
import { drizzle, sql } from './drizzle.ts';
import { idempotencyKeys } from './schema.ts';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

test('a value that is missing is an error, and null is NULL', () => {
  const db = drizzle(openTemporaryDatabase().outside);
  const query = db
    .select({ given: sql`${sql.placeholder('given')}` })
    .from(idempotencyKeys)
    .limit(0);
  const statement = prepareDirect(db, query);
  expect(statement.all({ given: null })).toEqual([]);
  expect(() => statement.all({})).toThrow('the value of given is missing');
  expect(() => statement.get({ given: undefined })).toThrow('the value of given is missing');
});
