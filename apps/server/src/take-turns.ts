/**
 * Requests that are begun in one turn of the event loop. Node takes one new connection in each
 * turn, so a turn that serves hundreds keeps new clients, such as a health check, waiting for
 * seconds. As many as this share a commit well.
 */
const MAX_PER_TURN = 32;

/** Lets so many calls through in a turn of the event loop. The others wait for a later turn, in their order. */
export function takeTurns<Args extends readonly unknown[]>(
  begin: (...args: Args) => void,
): (...args: Args) => void {
  let waiting: Args[] = [];
  let begun = 0;

  function endTurn(): void {
    const next = waiting.slice(0, MAX_PER_TURN);
    waiting = waiting.slice(MAX_PER_TURN);
    begun = next.length;
    if (begun > 0) setImmediate(endTurn);
    for (const args of next) begin(...args);
  }

  return function takeTurn(...args) {
    if (begun === 0) setImmediate(endTurn);
    begun += 1;
    if (begun > MAX_PER_TURN) waiting.push(args);
    else begin(...args);
  };
}
