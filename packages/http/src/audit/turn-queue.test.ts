import { expect, test } from 'vitest';
import { createTurnQueue } from './turn-queue.ts';

test('serves callers in their order, so many in each turn of the event loop', async () => {
  const takeTurn = createTurnQueue(2);
  const turns: number[][] = [];
  const waits = [1, 2, 3, 4, 5].map((name) => takeTurn().then(() => turns.at(-1)?.push(name)));
  while (turns.flat().length < 5) {
    turns.push([]);
    await new Promise(setImmediate);
  }
  await Promise.all(waits);
  expect(turns.filter(({ length }) => length > 0)).toEqual([[1, 2], [3, 4], [5]]);
});

test('serves a caller that comes when the queue is empty again', async () => {
  const takeTurn = createTurnQueue(1);
  await takeTurn();
  await Promise.all([takeTurn(), takeTurn()]);
});
