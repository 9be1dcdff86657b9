import type { AuditEntry } from '@parts/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createAuditFeeds } from './audit-feed.ts';

const START = { epoch: 'ab', id: 0 };

/** Feeds of an audit in memory. `commit` adds entries; `reads` are the positions from which was read. */
function openFeeds() {
  const entries: AuditEntry[] = [];
  const reads: number[] = [];
  let tell = () => {};
  const feeds = createAuditFeeds({
    audit: {
      async readAfter({ id }, limit) {
        reads.push(id);
        const found = entries.slice(id, id + limit);
        const position = { ...START, id: found.at(-1)?.id ?? id };
        return { entries: found, position, isReset: false };
      },
      onCommit(listener) {
        tell = listener;
        return () => {};
      },
    },
    maxFeeds: 1000,
    heartbeatInterval: 3_600_000,
  });
  onTestFinished(() => feeds.close());

  /** Opens a feed and reads it for ever; returns the number of chunks that came so far. */
  function follow(): () => number {
    const reader = feeds.open(START, () => true)?.getReader();
    let chunks = 0;
    void (async () => {
      while ((await reader?.read())?.done === false) chunks += 1;
    })();
    return () => chunks;
  }

  function commit(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      entries.push({
        id: entries.length + 1,
        part_id: 1,
        kind: 'status_changed',
        old_status: 'Draft',
        new_status: 'Draft',
        version: entries.length + 2,
        changes: null,
        actor: null,
        reason: null,
        request_id: null,
        changed_at: '2026-01-01T00:00:00.000Z',
      });
    }
    tell();
  }
  return { reads, follow, commit };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

test('a commit is sent to a few feeds in each turn of the event loop', async () => {
  const { follow, commit } = openFeeds();
  const feeds = Array.from({ length: 400 }, follow);
  const served = () => feeds.filter((chunks) => chunks() === 2).length;
  await vi.waitFor(() => expect(feeds.every((chunks) => chunks() === 1)).toBe(true));
  await turns(10);

  commit(1);
  const steps: number[] = [];
  for (let before = 0; before < feeds.length; before = served()) {
    await turns(1);
    steps.push(served() - before);
  }
  // 25 for each turn, of which this test may see two at once.
  expect(Math.max(...steps)).toBeLessThanOrEqual(50);
});

test('only a few chunks are kept for other feeds while one reads a long history', async () => {
  const { follow, commit, reads } = openFeeds();
  commit(2000);
  const first = follow();
  await vi.waitFor(() => expect(first()).toBe(21));

  const second = follow();
  await vi.waitFor(() => expect(second()).toBe(21));

  expect(reads.filter((id) => id === 0)).toHaveLength(2);
});

test('commits that come faster than all feeds can be written to are sent together', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { follow, commit } = openFeeds();
  const feeds = Array.from({ length: 100 }, follow);
  const received = () => Math.max(...feeds.map((chunks) => chunks()));
  await turns(20);
  vi.advanceTimersByTime(1000);

  commit(1);
  await turns(20);
  expect(received()).toBe(2);
  commit(1);
  commit(1);
  await turns(20);
  expect(received()).toBe(2);

  vi.advanceTimersByTime(10);
  await turns(20);
  expect(received()).toBe(3);
});
