import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Requests of one connection that may wait for their answers. Node reads 64 KiB at a time and
 * begins every request in it: without a limit, a client that sends small ones and reads nothing
 * would cost 5 MB, and a hundred of them would keep the event loop busy for seconds. Clients that
 * send requests ahead stay far below.
 */
const MAX_UNANSWERED = 100;

/**
 * Counts the unanswered requests of each connection. The function that it gives back takes
 * the response of a new request and tells whether the connection is within the limit.
 */
export function createPipelineLimit(): (connection: Duplex, response: ServerResponse) => boolean {
  const unanswered = new WeakMap<Duplex, number>();

  return function admit(connection, response) {
    const count = unanswered.get(connection) ?? 0;
    if (count >= MAX_UNANSWERED) return false;
    unanswered.set(connection, count + 1);
    response.once('close', () => {
      unanswered.set(connection, (unanswered.get(connection) ?? 1) - 1);
    });
    return true;
  };
}
