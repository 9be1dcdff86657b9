import { expect, test } from 'vitest';
import { openTemporaryStorage } from '../testing/temporary-storage.ts';
import { drizzle, sql } from './drizzle.ts';
import { idempotencyKeys } from './schema.ts';
import { prepareDirect } from './statement.ts';

test('a value that is missing is an error, and null is NULL', async () => {
  const db = drizzle((await openTemporaryStorage()).outside);
  const query = db
    .select({ given: sql`${sql.placeholder('given')}` })
    .from(idempotencyKeys)
    .limit(0);
  const statement = prepareDirect(db, query);
  expect(statement.all({ given: null })).toEqual([]);
  expect(() => statement.all({})).toThrow('the value of given is missing');
  expect(() => statement.get({ given: undefined })).toThrow('the value of given is missing');
});
