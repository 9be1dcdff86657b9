import { createRandom } from '@parts/testkit';
import { expect, test } from 'vitest';
import { createDisk, OUTCOMES } from './disk.ts';
import type { TraceEvent } from './trace.ts';

const random = createRandom('disk');

function event(kind: TraceEvent['kind'], offset = 0, text = ''): TraceEvent {
  return { kind, path: '/d/a', offset, data: Buffer.from(text) };
}

const nameSync = { ...event('sync'), path: '/d' };
const stored = [event('create'), nameSync, event('write', 0, 'one'), event('sync')];

test.for<[string, TraceEvent[], string | undefined, string | undefined]>([
  ['leaves what was synced', stored, 'one', 'one'],
  ['can take what was written later', [...stored, event('write', 1, '!!!')], 'one', 'o!!!'],
  ['can undo a truncation', [...stored, event('truncate', 1)], 'one', 'o'],
  ['can take a file whose name was not synced', stored.toSpliced(1, 1), undefined, 'one'],
  ['can bring back a deleted file', [...stored, event('unlink')], 'one', undefined],
  [
    'leaves a file deleted once the directory is synced',
    [...stored, event('unlink'), nameSync],
    undefined,
    undefined,
  ],
])('a power loss %s', ([, events, lost, kept]) => {
  const disk = createDisk('/d', new Map());
  for (const event of events) disk.apply(event);
  const contentAfter = (outcome: Parameters<typeof disk.fail>[0]) =>
    disk.fail(outcome, random).get('/d/a')?.toString();
  expect(contentAfter(OUTCOMES.allLost)).toBe(lost);
  expect(contentAfter(OUTCOMES.allKept)).toBe(kept);
});

test('a power loss can keep any of the sectors, each as it was or as it was to be', () => {
  const disk = createDisk('/d', new Map([['/d/a', Buffer.from('-'.repeat(4096))]]));
  disk.apply(event('write', 0, '+'.repeat(4096)));
  const seen = new Set<string>();
  for (let round = 0; round < 50; round++) {
    const content = disk.fail(OUTCOMES.randomSectorsKept, random).get('/d/a')?.toString() ?? '';
    for (let start = 0; start < 4096; start += 512) seen.add(content.slice(start, start + 512));
  }
  expect(seen).toEqual(new Set(['-'.repeat(512), '+'.repeat(512)]));
});
