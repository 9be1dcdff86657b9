import { holdWriteLock, isOnPostgres } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { beginStatusChange } from './testing/begin-status-change.ts';
import { readContent } from './testing/database-file.ts';
import { serve } from './testing/serve.ts';

/** Longer than any test takes. */
const VERY_LONG = '600000';

describe('while another process holds the write lock', () => {
  test('reads are answered, and a write waits until the lock is gone', async () => {
    const server = await serve({ env: { LOCK_TIMEOUT_MS: '20000' } });
    const release = await holdWriteLock(server.database);
    let isAnswered = false;
    const change = await beginStatusChange(server.port);
    change.sendBody();
    const answer = change.answer().then((response) => {
      isAnswered = true;
      return response;
    });

    // So many, one after the other, that the write would be refused first if it kept the server busy.
    for (let round = 0; round < 10; round++) {
      for (const path of ['/healthz', '/v1/parts', '/v1/parts/1', '/debug/stats']) {
        expect((await server.request(path)).status, path).toBe(200);
      }
    }
    expect(isAnswered).toBe(false);
    await release();

    expect(await answer).toMatchObject({ status: 200 });
    expect((await readContent(server.database)).audit).toMatchObject([
      { part_id: 1, new_status: 'Approved', version: 2 },
    ]);
  });

  test('a write is refused with 503 and Retry-After at the limit, and leaves nothing', async () => {
    const server = await serve({ env: { LOCK_TIMEOUT_MS: '200' } });
    const before = await readContent(server.database);
    const release = await holdWriteLock(server.database);

    const answers = await Promise.all([
      server.changeStatus(1, 'Rejected'),
      server.changeStatus(2, 'Rejected'),
      server.request('/debug/reset', { method: 'POST' }),
    ]);

    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      // The one that waited for the lock, and those that waited for it.
      const code = expect.stringMatching(/^storage_(busy|overloaded)$/);
      expect(await answer.json()).toMatchObject({ code });
    }
    await release();
    expect(await readContent(server.database)).toEqual(before);
    expect((await server.changeStatus(1, 'Rejected')).status).toBe(200);
  });

  // On PostgreSQL the transaction has begun, and waits for the lock inside: then a change is made.
  const testOnSqlite = test.runIf(!isOnPostgres());

  testOnSqlite(
    'a client that hangs up changes nothing, and its neighbours are served',
    async () => {
      const server = await serve({ env: { LOCK_TIMEOUT_MS: VERY_LONG } });
      const release = await holdWriteLock(server.database);
      const abandoned = await beginStatusChange(server.port);
      abandoned.sendBody();
      const neighbour = server.changeStatus(2, 'Rejected');
      expect((await server.request('/v1/parts/1')).status).toBe(200);

      abandoned.connection.destroy();
      // The server has noticed it when it logs the request.
      await server.waitForLog({ msg: 'request', path: '/v1/parts/1/status', status: 400 });
      await release();

      expect((await neighbour).status).toBe(200);
      expect((await readContent(server.database)).audit).toMatchObject([{ part_id: 2 }]);
      expect((await server.changeStatus(1, 'Draft')).status).toBe(200);
      expect((await readContent(server.database)).audit).toMatchObject([
        { part_id: 2 },
        { part_id: 1 },
      ]);
    },
  );
});
