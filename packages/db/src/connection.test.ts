import { expect, test } from 'vitest';
import { openSnapshot } from './connection.ts';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

test('a snapshot keeps 256 KiB of pages, since many may be open at a time', () => {
  const { path } = openTemporaryDatabase();
  const snapshot = openSnapshot(path);
  expect(snapshot.db.$client.pragma('cache_size', { simple: true })).toBe(-256);
  snapshot.close();
});
