import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { takeTurns } from './take-turns.ts';

test('32 calls are let through in a turn of the event loop, the others later and in order', async () => {
  const begun: number[] = [];
  const begin = takeTurns((id: number) => begun.push(id));
  const ids = Array.from({ length: 100 }, (_, index) => index);
  for (const id of ids) begin(id);

  const perTurn = [begun.length];
  while (begun.length < ids.length) {
    const before = begun.length;
    await nextTurn();
    perTurn.push(begun.length - before);
  }

  expect(perTurn).toEqual([32, 32, 32, 4]);
  expect(begun).toEqual(ids);
});

test('a call that comes while others wait does not overtake them', async () => {
  const begun: number[] = [];
  const begin = takeTurns((id: number) => begun.push(id));
  for (let id = 0; id < 40; id++) begin(id);
  begin(40);
  await nextTurn();
  expect(begun.at(-1)).toBe(40);
});

test('after a pause calls are let through at once', async () => {
  const begun: number[] = [];
  const begin = takeTurns((id: number) => begun.push(id));
  for (let id = 0; id < 33; id++) begin(id);
  await nextTurn();
  await nextTurn();
  begin(33);
  expect(begun).toHaveLength(34);
});
