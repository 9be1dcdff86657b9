import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CleanUp } from './temporary-directory.ts';
import { waitUntil } from './wait-until.ts';

export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A connection on which a client can send what no HTTP client would. */
export interface RawConnection {
  send(bytes: string | Uint8Array): void;
  /** Waits until at least `count` whole responses have come. */
  responses(count: number): Promise<RawResponse[]>;
  /** What came so far, one character for each byte. */
  received(): string;
  /** Fulfils when the connection is closed, with the responses that came on it. */
  readonly closed: Promise<RawResponse[]>;
  /** Reads nothing from now on. */
  stopReading(): void;
  /** Closes our half: the client has said all. */
  end(): void;
  /** Hangs up; with `isReset` by a reset of the connection. */
  destroy(isReset?: boolean): void;
}

export async function openConnection(
  port: number,
  cleanUp: CleanUp = onTestFinished,
): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  cleanUp(() => void socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  socket.on('end', () => socket.end());
  // A reset is one of the ways in which a server may close; what matters is what came before.
  socket.on('error', () => {});
  const closed = new Promise<RawResponse[]>((resolve) => {
    socket.once('close', () => resolve(parseResponses(received)));
  });
  await Promise.race([once(socket, 'connect'), closed]);

  return {
    send: (bytes) => void socket.write(bytes),
    responses: (count) =>
      waitUntil(
        `${count} responses`,
        () => {
          const responses = parseResponses(received);
          return responses.length >= count && responses;
        },
        () => received,
      ),
    received: () => received,
    closed,
    stopReading: () => void socket.pause(),
    end: () => void socket.end(),
    destroy: (isReset = false) => void (isReset ? socket.resetAndDestroy() : socket.destroy()),
  };
}

/** The responses that are there as a whole. A body has a Content-Length or is empty. */
function parseResponses(text: string): RawResponse[] {
  const endOfHead = text.indexOf('\r\n\r\n');
  if (endOfHead < 0) return [];
  const [statusLine = '', ...lines] = text.slice(0, endOfHead).split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const start = endOfHead + 4;
  const end = start + Number(headers.get('Content-Length') ?? 0);
  if (text.length < end) return [];
  const response = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: text.slice(start, end),
  };
  return [response, ...parseResponses(text.slice(end))];
}
