import { createRandom } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { createDisk } from './disk.ts';
import type { TraceEvent } from './trace.ts';

const random = createRandom('disk');
const create: TraceEvent = { kind: 'create', path: '/d/a' };
const syncDirectory: TraceEvent = { kind: 'sync', path: '/d' };
const sync: TraceEvent = { kind: 'sync', path: '/d/a' };

function write(offset: number, text: string): TraceEvent {
  return { kind: 'write', path: '/d/a', offset, data: Buffer.from(text) };
}

/** What is in the file after a power loss; undefined when there is none. */
function contentAfter(events: readonly TraceEvent[], outcome: 'all lost' | 'all kept') {
  const disk = createDisk('/d', new Map());
  for (const event of events) disk.apply(event);
  return disk.fail(outcome, random).get('/d/a')?.toString();
}

describe('a power loss', () => {
  test('leaves what was synced', () => {
    expect(contentAfter([create, syncDirectory, write(0, 'one'), sync], 'all lost')).toBe('one');
  });

  test('takes what was written after the last sync', () => {
    const events = [create, syncDirectory, write(0, 'one'), sync, write(1, '!!!')];
    expect(contentAfter(events, 'all lost')).toBe('one');
    expect(contentAfter(events, 'all kept')).toBe('o!!!');
  });

  test('takes a file whose name was not synced', () => {
    expect(contentAfter([create, write(0, 'one'), sync], 'all lost')).toBeUndefined();
  });

  test('brings back a file that was deleted, until the directory is synced', () => {
    const events = [
      create,
      syncDirectory,
      write(0, 'one'),
      sync,
      { kind: 'unlink', path: '/d/a' },
    ] as const;
    expect(contentAfter(events, 'all lost')).toBe('one');
    expect(contentAfter([...events, syncDirectory], 'all lost')).toBeUndefined();
  });

  test('undoes a truncation that was not synced', () => {
    const events = [
      create,
      syncDirectory,
      write(0, 'one'),
      sync,
      { kind: 'truncate', path: '/d/a', size: 1 },
    ] as const;
    expect(contentAfter(events, 'all lost')).toBe('one');
    expect(contentAfter(events, 'all kept')).toBe('o');
  });

  test('can keep any of the sectors, each as it was or as it was to be', () => {
    const disk = createDisk('/d', new Map([['/d/a', Buffer.from('-'.repeat(4096))]]));
    disk.apply(write(0, '+'.repeat(4096)));
    const seen = new Set<string>();
    for (let round = 0; round < 50; round++) {
      const content = disk.fail('random sectors kept', random).get('/d/a')?.toString() ?? '';
      for (let start = 0; start < 4096; start += 512) seen.add(content.slice(start, start + 512));
    }
    expect(seen).toEqual(new Set(['-'.repeat(512), '+'.repeat(512)]));
  });
});
