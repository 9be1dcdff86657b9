/**
 * Spreads work that comes all at once over turns of the event loop, so that others are served
 * in between. The function that it gives back fulfils when the caller's turn has come: in the
 * order of the calls, `perTurn` of them in each turn.
 */
export function createTurnQueue(perTurn: number): () => Promise<void> {
  const queue: (() => void)[] = [];

  function serve(): void {
    for (const begin of queue.splice(0, perTurn)) begin();
    if (queue.length > 0) setImmediate(serve);
  }

  return function takeTurn() {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (queue.push(resolve) === 1) setImmediate(serve);
    return promise;
  };
}
