import { renameSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { buildStatusChange } from '@parts/core/testing';
import { expect, test, vi } from 'vitest';
import { openTemporaryStorage } from '../../testing/temporary-storage.ts';

const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

/** Ends the thread that was started last. */
const endThread = () => threads.at(-1)?.terminate();

test('when the thread that writes ends in the middle of a group, its changes may be stored or not, those that wait are made, and all is told', async () => {
  const onWriterFailure = vi.fn();
  const { storage, outside } = await openTemporaryStorage({ onWriterFailure });
  outside.exec('BEGIN IMMEDIATE');
  const underWay = storage.parts.change(buildStatusChange());
  await new Promise(setImmediate);
  const waiting = storage.parts.change(buildStatusChange({ partId: 2 }));
  const ended = endThread();
  await expect(underWay).rejects.toMatchObject({
    code: 'storage_outcome_unknown',
    cause: { message: expect.stringMatching('thread that writes ended') },
  });
  outside.exec('ROLLBACK');
  await ended;
  expect(await waiting).toMatchObject({ part: { id: 2, version: 2 } });
  expect(await storage.parts.find(1)).toMatchObject({ version: 1 });
  expect(onWriterFailure).toHaveBeenCalledOnce();
});

test('when the thread that writes ends again and again under load, nothing acknowledged is lost and nothing is stored twice', async () => {
  const { storage, outside } = await openTemporaryStorage();
  const outcomes = { made: 0, unknown: 0 };
  const write = async () => {
    for (let change = 0; change < 100; change += 1) {
      await storage.parts.change(buildStatusChange()).then(
        () => {
          outcomes.made += 1;
        },
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'storage_outcome_unknown' });
          outcomes.unknown += 1;
        },
      );
    }
  };
  const writers = Promise.all(Array.from({ length: 16 }, write));
  for (let kill = 0; kill < 5; kill += 1) {
    const known = outcomes.made;
    await vi.waitUntil(() => outcomes.made > known + 100, { interval: 1, timeout: 20_000 });
    await endThread();
  }
  await writers;
  const { auditEntries } = await storage.statistics.count();
  expect(auditEntries).toBeGreaterThanOrEqual(outcomes.made);
  expect(auditEntries).toBeLessThanOrEqual(outcomes.made + outcomes.unknown);
  expect(outside.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(await storage.parts.find(1)).toMatchObject({ version: auditEntries + 1 });
});

test('when the thread that writes ends while nothing is written, the next change starts another, but never on a file in its place', async () => {
  const { storage, path } = await openTemporaryStorage();
  await endThread();
  await storage.maintenance.checkWritable();
  await endThread();
  const started = threads.length;
  renameSync(path, `${path}.away`);
  await expect(storage.maintenance.checkWritable()).rejects.toMatchObject({
    code: 'storage_unavailable',
  });
  expect(threads.length).toBe(started + 1);
  renameSync(`${path}.away`, path);
  expect(await storage.parts.change(buildStatusChange())).toMatchObject({ part: { version: 2 } });
});

test('a storage whose thread that writes has ended closes as it does otherwise', async () => {
  const { storage } = await openTemporaryStorage();
  await endThread();
  await storage.close();
});
