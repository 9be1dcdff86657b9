import { connect } from 'node:net';
import type { ServerProcess } from './start-server.ts';

/** Requests that are sent ahead, without waiting for the answers to those before. */
const AHEAD = 50;
const PARTS = 12;

/**
 * Makes so many status changes as fast as it goes.
 *
 * @throws Error when one is refused, or when the server goes away
 */
export async function changeParts(
  { port }: Pick<ServerProcess, 'port'>,
  count: number,
  reason?: string,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let begun = 0;
  let answered = 0;
  let rest = '';

  sendAhead();
  for await (const text of socket.setEncoding('utf8')) {
    // A body ends without a line break: the next answer begins on its line.
    const lines = `${rest}${text}`.split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, status] = /HTTP\/1\.1 (\d{3})/.exec(line) ?? [];
      if (status === undefined) continue;
      if (status !== '200') throw new Error(`answered ${status}`);
      answered += 1;
      if (answered === count) return;
      if (answered === begun) sendAhead();
    }
  }
  throw new Error('the server went away');

  function sendAhead(): void {
    const size = Math.min(AHEAD, count - begun);
    const requests = Array.from({ length: size }, (_, index) =>
      changeRequest(((begun + index) % PARTS) + 1, reason),
    );
    begun += size;
    socket.write(requests.join(''));
  }
}

function changeRequest(id: number, reason: string | undefined): string {
  const body = JSON.stringify({ status: 'In Review', reason });
  return [
    `PATCH /v1/parts/${id}/status HTTP/1.1`,
    'Host: localhost',
    'Authorization: Bearer dev-token',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
