import { PART_STATUSES } from '@parts/core';
import { type ServerProcess, startServer, waitUntil } from '@parts/testkit';
import { expect } from 'vitest';
import { changeStatus } from '../src/changes.ts';
import { checkStored } from '../src/check-stored.ts';
import { createCheckedClient, sendChange } from '../src/checked-client.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

test('two servers on one file lose nothing, do a keyed change once, and handle every event', async ({
  torture,
}) => {
  const { random, tally, directory, choose } = torture;
  const env = { EVENTS: 'on', AUTH_TOKEN: 'token-of-torture' };
  const start = () => startServer({ directory, env, forgetsRequests: true });
  let servers = [await start(), await start()];

  for (let round = 0; round < choose(2, 25); round++) {
    const [first, second] = servers;
    if (!first || !second) throw new Error('two servers');
    await untilNoEventIsPending(servers);
    await first.request('/debug/reset', { method: 'POST' });
    const parts = await readJson<{ version: number }[]>(second, '/v1/parts');
    expect(new Set(parts.map(({ version }) => version))).toEqual(new Set([1]));

    const witnesses = servers.map((server) => ({ server, from: handledBy(server).length }));
    // Both write into one ledger, so that what clients of both see is compared as one history.
    const ledger = createLedger(`round-${round}`);
    const traffic = servers.map((server) =>
      startTraffic(server, { ledger, random, tally, writers: 3, readers: 2 }),
    );
    await sendTwins(servers, ledger);
    for (const { untilAcknowledged } of traffic) await untilAcknowledged(30);

    const victim = random.integer(0, 1);
    traffic[victim]?.expectDisconnect();
    await servers[victim]?.end('SIGKILL');
    await traffic[1 - victim]?.untilAcknowledged(30);
    const again = await start();
    servers = servers.with(victim, again);
    witnesses.push({ server: again, from: 0 });
    for (const { stop } of traffic) await stop();
    await checkStored(again, again.databasePath, ledger, tally);

    const stats = await readJson<{ audit_count: number }>(again, '/debug/stats');
    const handled = () => witnesses.map(({ server, from }) => handledBy(server).slice(from));
    await waitUntil(
      `${stats.audit_count} events that one of the servers has handled`,
      () => new Set(handled().flat()).size >= stats.audit_count,
      handled,
    );
    for (const ids of handled()) {
      expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
    }
  }

  /** The same key through both servers at the same time: one change, one answer. */
  async function sendTwins(
    pair: readonly ServerProcess[],
    ledger: ReturnType<typeof createLedger>,
  ): Promise<void> {
    const clients = pair.map((server) => createCheckedClient(server, tally));
    for (let twin = 0; twin < 10; twin++) {
      const change = changeStatus(random.integer(9, 12), random.pick(PART_STATUSES));
      const asked = { change, key: `twins-${twin}` };
      const answers = await Promise.all(
        clients.map((client) => sendChange(client, ledger, ledger.begin(asked))),
      );
      const replays = answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true');
      expect(replays).toHaveLength(1);
      expect(answers[0]?.text).toBe(answers[1]?.text);
    }
    for (const client of clients) await client.close();
  }
});

/** The ids of the entries that a server has handled, in that order. */
function handledBy(server: ServerProcess): number[] {
  const lines = server.stdout().matchAll(/"audit_id":(\d+).*"msg":"event handled"/g);
  return Array.from(lines, ([, id]) => Number(id));
}

/** Events from before a reset would be taken for some from after it. */
async function untilNoEventIsPending(servers: readonly ServerProcess[]): Promise<void> {
  for (const server of servers) {
    await waitUntil('no event is pending', async () => {
      const stats = await readJson<{ events_pending: number }>(server, '/debug/stats');
      return stats.events_pending === 0;
    });
  }
}

async function readJson<T>(server: ServerProcess, path: string): Promise<T> {
  return JSON.parse(await (await server.request(path)).text());
}
