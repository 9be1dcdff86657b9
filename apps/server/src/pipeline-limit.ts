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
 * Reads of one connection that may be served before the first of their answers has gone to the
 * client: an answer may have a megabyte. Changes have small answers, and share a commit.
 */
const MAX_READS = 4;

interface Pipeline {
  unanswered: number;
  reads: number;
  /** In the order of their arrival. */
  readonly held: { readonly isRead: boolean; readonly begin: () => void }[];
}

/**
 * Begins the requests of each connection in their order and as fast as its client takes the
 * answers. The function that it gives back takes a new request's response and what begins it, and
 * tells whether the connection is within the limit.
 */
export function createPipelineLimit() {
  const pipelines = new WeakMap<Duplex, Pipeline>();

  function beginHeld(pipeline: Pipeline): void {
    for (;;) {
      const [next] = pipeline.held;
      if (!next || (next.isRead && pipeline.reads >= MAX_READS)) return;
      pipeline.held.shift();
      if (next.isRead) pipeline.reads += 1;
      next.begin();
    }
  }

  return function admit(connection: Duplex, response: ServerResponse, begin: () => void): boolean {
    const pipeline = pipelines.get(connection) ?? { unanswered: 0, reads: 0, held: [] };
    pipelines.set(connection, pipeline);
    if (pipeline.unanswered >= MAX_UNANSWERED) return false;
    const isRead = ['GET', 'HEAD'].includes(response.req.method ?? '');
    pipeline.unanswered += 1;
    pipeline.held.push({ isRead, begin });
    response.once('close', () => {
      pipeline.unanswered -= 1;
      if (isRead) pipeline.reads -= 1;
      if (!connection.destroyed) beginHeld(pipeline);
    });
    beginHeld(pipeline);
    return true;
  };
}
