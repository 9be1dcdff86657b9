import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';

/**
 * Requests of one connection that may wait for their answers. Node reads 64 KiB at a time and
 * announces every request in it: a client that sends small ones and reads nothing would cost
 * 5 MB, and a hundred of them would keep the event loop busy for seconds.
 */
const MAX_UNANSWERED = 100;

/** Requests of one connection that are served at a time: an answer may have a megabyte, and changes share a commit. */
const MAX_SERVED = 4;

/** What may wait to be read by all clients together, in characters and bytes: half a gigabyte at the most. */
const MAX_UNREAD = 256 * 2 ** 20;

/** Milliseconds between two sums of what waits, in which some 50 MB can be made. */
const SUM_INTERVAL = 100;

interface Connection {
  readonly socket: Socket;
  latest?: ServerResponse;
  /** What the client has not taken as a whole. */
  readonly unanswered: Set<ServerResponse>;
  /** Begin the last of these, in their order. */
  readonly held: (() => void)[];
}

/** The requests that are under way on the connections of a server. */
export interface Connections {
  /**
   * Begins a request, now or when its client has taken more of the answers before it. It never
   * begins behind an answer that said it is the last: the client knows that it is not served
   * (RFC 9112, section 9.6).
   *
   * @returns false when the connection has too many requests without an answer
   */
  admit(response: ServerResponse, begin: () => void): boolean;
  latestResponse(connection: Duplex): ServerResponse | undefined;
  /** Marks a response that has no end of its own. */
  markFeed(response: Writable): void;
  /** From now on the last answer of each connection says so. */
  announceEnd(): void;
  /** Closes the connections on which nothing is under way. */
  closeIdle(): void;
  /** Closes those on which a request has not arrived as a whole, or whose client has a feed to read. */
  closeUnfinished(): void;
}

/** Hangs up on the clients that have most to read when all together have more than `maxUnread`. */
export function trackConnections(server: Server, maxUnread = MAX_UNREAD): Connections {
  const connections = new Map<Duplex, Connection>();
  const feeds = new WeakSet<Writable>();
  let isEnding = false;
  let summedAt = 0;

  server.on('connection', (socket) => {
    connections.set(socket, { socket, unanswered: new Set(), held: [] });
    socket.once('close', () => connections.delete(socket));
  });

  function beginHeld({ unanswered, held }: Connection): void {
    while (unanswered.size - held.length < MAX_SERVED) {
      const begin = held.shift();
      if (!begin) return;
      begin();
    }
  }

  function boundUnread(): void {
    if (performance.now() - summedAt < SUM_INTERVAL) return;
    summedAt = performance.now();
    const byUnread = [...connections.values()]
      .map(({ socket, unanswered }) => ({ socket, unread: sumUnread(unanswered) }))
      .sort((a, b) => b.unread - a.unread);
    let total = byUnread.reduce((sum, { unread }) => sum + unread, 0);
    for (const { socket, unread } of byUnread) {
      if (total <= maxUnread) return;
      total -= unread;
      socket.destroy();
    }
  }

  return {
    admit(response, begin) {
      boundUnread();
      const connection = connections.get(response.req.socket);
      const previous = connection?.latest;
      if (!connection || connection.socket.destroyed) return true;
      if (previous?.headersSent && !previous.shouldKeepAlive) return true;
      const { unanswered, held } = connection;
      if (unanswered.size >= MAX_UNANSWERED) return false;
      if (isEnding) {
        if (previous) previous.shouldKeepAlive = true;
        response.shouldKeepAlive = false;
      }
      connection.latest = response;
      unanswered.add(response);
      held.push(begin);
      response.once('close', () => {
        unanswered.delete(response);
        if (!connection.socket.destroyed) beginHeld(connection);
      });
      beginHeld(connection);
      return true;
    },

    latestResponse: (connection) => connections.get(connection)?.latest,

    markFeed: (response) => void feeds.add(response),

    announceEnd() {
      isEnding = true;
      for (const { latest } of connections.values()) {
        if (latest && !latest.headersSent) latest.shouldKeepAlive = false;
      }
    },

    // Node's closeIdleConnections also cuts off an answer that a slow client has yet to read.
    closeIdle() {
      for (const { socket, latest } of connections.values()) {
        const isIdle = latest ? latest.writableFinished : socket.bytesRead === 0;
        if (isIdle) socket.destroy();
      }
    },

    closeUnfinished() {
      for (const { socket, latest } of connections.values()) {
        if (!latest?.req.complete || feeds.has(latest)) socket.destroy();
      }
    },
  };
}

function sumUnread(responses: ReadonlySet<ServerResponse>): number {
  let sum = 0;
  for (const { writableLength } of responses) sum += writableLength;
  return sum;
}
