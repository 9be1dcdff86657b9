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

/** What may wait for all clients together, in characters and bytes: half a gigabyte at the most. */
const MAX_UNREAD = 256 * 2 ** 20;

/** Milliseconds between two sums of what waits, in which some 50 MB can be made. */
const SUM_INTERVAL = 100;

interface Pipeline {
  readonly unanswered: Set<ServerResponse>;
  reads: number;
  /** In the order of their arrival. */
  readonly held: { readonly isRead: boolean; readonly begin: () => void }[];
}

/**
 * Begins the requests of each connection in their order and as fast as its client takes the
 * answers, and hangs up on those that hold most when all of them together hold too much.
 * The function that it gives back takes a new request's response and what begins it, and tells
 * whether the connection is within the limit.
 */
export function createPipelineLimit(maxUnread = MAX_UNREAD) {
  const pipelines = new Map<Duplex, Pipeline>();
  let summedAt = 0;

  function pipelineOf(connection: Duplex): Pipeline {
    const known = pipelines.get(connection);
    if (known) return known;
    const created = { unanswered: new Set<ServerResponse>(), reads: 0, held: [] };
    pipelines.set(connection, created);
    connection.once('close', () => pipelines.delete(connection));
    return created;
  }

  function beginHeld(pipeline: Pipeline): void {
    for (;;) {
      const [next] = pipeline.held;
      if (!next || (next.isRead && pipeline.reads >= MAX_READS)) return;
      pipeline.held.shift();
      if (next.isRead) pipeline.reads += 1;
      next.begin();
    }
  }

  function boundUnread(): void {
    if (performance.now() - summedAt < SUM_INTERVAL) return;
    summedAt = performance.now();
    let total = 0;
    for (const pipeline of pipelines.values()) total += sumUnread(pipeline);
    if (total <= maxUnread) return;
    const byUnread = [...pipelines]
      .map(([connection, pipeline]) => ({ connection, unread: sumUnread(pipeline) }))
      .sort((a, b) => b.unread - a.unread);
    for (const { connection, unread } of byUnread) {
      if (total <= maxUnread) return;
      total -= unread;
      connection.destroy();
    }
  }

  return function admit(connection: Duplex, response: ServerResponse, begin: () => void): boolean {
    boundUnread();
    const pipeline = pipelineOf(connection);
    if (connection.destroyed || pipeline.unanswered.size >= MAX_UNANSWERED) return false;
    const isRead = ['GET', 'HEAD'].includes(response.req.method ?? '');
    pipeline.unanswered.add(response);
    pipeline.held.push({ isRead, begin });
    response.once('close', () => {
      pipeline.unanswered.delete(response);
      if (isRead) pipeline.reads -= 1;
      if (!connection.destroyed) beginHeld(pipeline);
    });
    beginHeld(pipeline);
    return true;
  };
}

function sumUnread({ unanswered }: Pipeline): number {
  let sum = 0;
  for (const { writableLength } of unanswered) sum += writableLength;
  return sum;
}
