import { expect, test } from 'vitest';
import { openTemporaryStorage } from '../testing/temporary-storage.ts';
import { prepare } from './statement.ts';

test('a value that is missing is an error, and null is NULL', async () => {
  const { outside } = await openTemporaryStorage();
  const statement = prepare(outside, 'SELECT :given AS given LIMIT 0');
  expect(statement.all({ given: null })).toEqual([]);
  expect(() => statement.all({})).toThrow('the value of given is missing');
  expect(() => statement.get({ given: undefined })).toThrow('the value of given is missing');
});
