import { createDatabase, hasPostgres, startServer } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { changeParts } from './testing/change-parts.ts';

describe.runIf(hasPostgres())('servers that share a database', () => {
  test('handles each event once while two share a database, and goes on when the one that did is killed', async () => {
    const env = { DATABASE_URL: await createDatabase(), EVENTS: 'on' };
    const servers = [await startServer({ env }), await startServer({ env })];
    const handled = () =>
      servers.map((server) =>
        Array.from(server.stdout().matchAll(/"audit_id":(\d+).*"event handled"/g), ([, id]) =>
          Number(id),
        ),
      );
    const [first, second] = servers;
    if (!first || !second) throw new Error('two servers');
    await changeParts(second, 50);
    await expect.poll(() => handled().flat().length).toBe(50);
    const leader = handled()[0]?.length === 50 ? first : second;
    expect(
      handled()
        .map(({ length }) => length)
        .toSorted(),
    ).toEqual([0, 50]);
    const follower = leader === first ? second : first;
    const stats = async () => (await follower.request('/debug/stats')).json();
    await expect.poll(stats).toMatchObject({ events_processed: 50, events_pending: 0 });

    await leader.end('SIGKILL');
    await changeParts(follower, 50);
    await expect.poll(stats).toMatchObject({ events_processed: 100, events_pending: 0 });
    const ids = handled()[servers.indexOf(follower)] ?? [];
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
    expect(ids.at(-1)).toBe(100);
  });
});
