import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { PATIENCE } from './start-server.ts';

export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A connection on which a test can send what no HTTP client would. */
export interface RawConnection {
  send(text: string): void;
  /** Waits until at least `count` whole responses have come. */
  responses(count: number): Promise<RawResponse[]>;
  /** Fulfils when the connection is closed, with the responses that came on it. */
  readonly closed: Promise<RawResponse[]>;
  /** Hangs up. */
  destroy(): void;
}

export async function openConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  // A reset is one of the ways in which a server may close; what matters is what came before.
  socket.on('error', () => {});
  const closed = new Promise<RawResponse[]>((resolve) => {
    socket.once('close', () => resolve(parseResponses(received)));
  });
  await once(socket, 'connect');

  return {
    send: (text) => void socket.write(text),
    responses: (count) =>
      vi.waitFor(() => {
        const responses = parseResponses(received);
        if (responses.length < count) throw new Error(`no ${count} responses in: ${received}`);
        return responses;
      }, PATIENCE),
    closed,
    destroy: () => void socket.destroy(),
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
