import { expect, test } from 'vitest';
import { loadOnce } from './load-once.ts';

test('loads once for all callers, and again after a failure', async () => {
  const outcomes = [Promise.reject(new Error('a fault')), Promise.resolve({}), Promise.resolve({})];
  const load = loadOnce(async () => outcomes.shift());
  const failures = await Promise.allSettled([load(), load()]);
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const first = await load();
  expect(await load()).toBe(first);
  expect(outcomes).toHaveLength(1);
});
