import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What is under way on the connections of a server. */
export interface Connections {
  /**
   * Notes a request. False when it came behind an answer that said it is the last: the client
   * knows that it is not served (RFC 9112, section 9.6).
   */
  begin(request: IncomingMessage, response: ServerResponse): boolean;
  latestResponse(connection: Duplex): ServerResponse | undefined;
  /** From now on the last answer of each connection says so. */
  announceEnd(): void;
  /** Closes the connections on which nothing is under way. */
  closeIdle(): void;
  /** Closes those on which a request has not arrived as a whole. */
  closeArriving(): void;
}

interface Connection {
  readonly socket: Socket;
  response?: ServerResponse;
}

export function trackConnections(server: Server): Connections {
  const connections = new Map<Duplex, Connection>();
  let isEnding = false;
  server.on('connection', (socket) => {
    connections.set(socket, { socket });
    socket.once('close', () => connections.delete(socket));
  });

  return {
    latestResponse: (connection) => connections.get(connection)?.response,

    begin({ socket }, response) {
      const previous = connections.get(socket)?.response;
      if (previous?.headersSent && !previous.shouldKeepAlive) return false;
      connections.set(socket, { socket, response });
      if (isEnding) {
        if (previous) previous.shouldKeepAlive = true;
        response.shouldKeepAlive = false;
      }
      return true;
    },

    announceEnd() {
      isEnding = true;
      for (const { response } of connections.values()) {
        if (response && !response.headersSent) response.shouldKeepAlive = false;
      }
    },

    // Node's closeIdleConnections also cuts off an answer that a slow client has yet to read.
    closeIdle() {
      for (const { socket, response } of connections.values()) {
        const isIdle = response ? response.writableFinished : socket.bytesRead === 0;
        if (isIdle) socket.destroy();
      }
    },

    closeArriving() {
      for (const { socket, response } of connections.values()) {
        if (!response?.req.complete) socket.destroy();
      }
    },
  };
}
