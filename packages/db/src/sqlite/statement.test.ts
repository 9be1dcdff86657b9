import { expect, test } from 'vitest';
import { openTemporaryStorage } from '../testing/temporary-storage.ts';
import { db, sql } from './drizzle.ts';
import { describe } from './query.ts';
import { idempotencyKeys } from './schema.ts';
import { prepare } from './statement.ts';

test('a value that is missing is an error, and null is NULL', async () => {
  const { outside } = await openTemporaryStorage();
  const query = describe(
    db
      .select({ given: sql`${sql.placeholder('given')}` })
      .from(idempotencyKeys)
      .limit(0),
  );
  const statement = prepare(outside, query);
  expect(statement.all({ given: null })).toEqual([]);
  expect(() => statement.all({})).toThrow('the value of given is missing');
  expect(() => statement.get({ given: undefined })).toThrow('the value of given is missing');
});
