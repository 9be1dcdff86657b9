import { partSchema } from '@parts/core';
import { createCluster, createHttpClient, findPostgres, startServer } from '@parts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const auditSchema = z.array(
  z.object({ id: z.number(), part_id: z.number(), version: z.number(), request_id: z.string() }),
);

/** A primary whose commits wait for its standby. */
async function startPair() {
  const first = createCluster();
  const second = first.copyForStandby();
  const primary = await first.start('fsync=off', 'synchronous_standby_names=standby');
  onTestFinished(() => primary.close());
  const source = `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`;
  const standby = await second.start('fsync=off', `primary_conninfo=${source}`);
  onTestFinished(() => standby.close());
  const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`).join();
  return { primary, standby, url: `postgres://postgres@${hosts}/postgres` };
}

describe.runIf(findPostgres() !== undefined && process.platform === 'linux')(
  'two servers on a pair',
  () => {
    test('lose no acknowledged change and make none twice when the primary dies and its standby takes over', async () => {
      const { primary, standby, url } = await startPair();
      const env = { DATABASE_URL: url, LOCK_TIMEOUT_MS: '20000', RATE_LIMIT: '' };
      const servers = await Promise.all([startServer({ env }), startServer({ env })]);
      const acknowledged = new Map<string, { id: number; version: number }>();
      let isOver = false;

      async function write(writer: number): Promise<void> {
        const client = createHttpClient(servers[writer % 2] ?? servers[0]);
        for (let turn = 0; !isOver; turn += 1) {
          const key = `${writer}-${turn}`;
          const path = `/v1/parts/${1 + ((writer + turn) % 12)}/status`;
          const headers = { 'Idempotency-Key': key, 'X-Request-Id': key };
          const send = () =>
            client.send(path, { method: 'PATCH', headers, body: '{"status":"Draft"}' });
          let answer = await send();
          while (answer.status === 503) answer = await send();
          expect(answer.status).toBe(200);
          acknowledged.set(key, partSchema.parse(JSON.parse(answer.text)));
        }
        await client.close();
      }

      const until = (count: number) =>
        expect.poll(() => acknowledged.size).toBeGreaterThanOrEqual(count);
      const writing = Promise.all(Array.from({ length: 12 }, (_, writer) => write(writer)));
      await until(200);
      await primary.kill();
      await standby.promote();
      await until(acknowledged.size + 200);
      isOver = true;
      await writing;

      const stored = new Map<string, { id: number; version: number }>();
      for (let after = 0, size = 1; size > 0; ) {
        const page = await servers[0].request(`/v1/audit?after=${after}&limit=1000`);
        const entries = auditSchema.parse(await page.json());
        for (const entry of entries) {
          expect(entry.id).toBe(++after);
          expect(stored.has(entry.request_id), `${entry.request_id} twice`).toBe(false);
          stored.set(entry.request_id, { id: entry.part_id, version: entry.version });
        }
        size = entries.length;
      }
      for (const [key, { id, version }] of acknowledged) {
        expect(stored.get(key), `${key} is lost`).toEqual({ id, version });
      }
    });
  },
);
