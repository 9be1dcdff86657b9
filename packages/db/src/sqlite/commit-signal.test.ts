import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { openTemporaryStorage } from '../testing/temporary-storage.ts';
import { createCommitSignal } from './commit-signal.ts';

test('a fault while the first listener comes does not hide later commits of other processes', async () => {
  const { path, outside } = await openTemporaryStorage();
  const sqlite = new Database(path);
  const pragma = vi.spyOn(sqlite, 'pragma').mockImplementationOnce(() => {
    throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR');
  });
  const commits = createCommitSignal(sqlite);
  const listener = vi.fn();

  const stop = commits.listen(listener);
  expect(pragma).toHaveBeenCalledOnce();
  const count = () => listener.mock.calls.length;
  await vi.waitFor(() => expect(count()).toBe(1), 5000);
  outside.exec('CREATE TABLE other (id)');
  await vi.waitFor(() => expect(count()).toBe(2), 5000);

  stop();
  sqlite.close();
});
