import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import type { Tally } from '../tally.ts';

/** How long a server may take to close a connection whose client has said all, in milliseconds. */
const CLOSE_LIMIT = 20_000;

export interface RawExchange {
  /** Sent one after the other; between them other connections have their turn. */
  readonly pieces: readonly Buffer[];
  /** Tear the connection down after sending instead of waiting for the answer. */
  readonly hangUp?: boolean;
}

/**
 * Sends bytes over a connection of their own, closes our half of it and reads what comes until
 * the server closes the other.
 *
 * @throws BrokenPromise when an answer is wrong or the server keeps the connection
 */
export async function exchange(port: number, raw: RawExchange, tally: Tally): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset by the server is its way to refuse the rest.
  socket.on('error', () => {});
  const closed = once(socket, 'close').catch(() => {});
  for (const piece of raw.pieces) {
    socket.write(piece);
    if (raw.pieces.length > 1) await delay(1);
  }
  if (raw.hangUp) socket.resetAndDestroy();
  else socket.end();
  const late = setTimeout(() => socket.destroy(new Error('late')), CLOSE_LIMIT);
  await closed;
  clearTimeout(late);
  const sent = () => `to ${Buffer.concat(raw.pieces).subarray(0, 1000).toString('latin1')}`;
  const isLate = socket.errored?.message === 'late';
  promise(!isLate, `the connection closed within ${CLOSE_LIMIT} ms`, sent);
  const text = Buffer.concat(chunks).toString('latin1');
  checkRawAnswers(text, sent, tally);
  return text;
}

const ANSWER = /HTTP\/1\.1 (\d{3}) [^\r]*\r\n([\s\S]*?)\r\n\r\n/g;

/** Finds every answer in what a connection has brought and checks what holds for all of them. */
function checkRawAnswers(text: string, sent: () => string, tally: Tally): void {
  for (const [head, status, headers = ''] of text.matchAll(ANSWER)) {
    const code = Number(status);
    const seen = () => `${head} ${sent()}`;
    if (code >= 500) tally.failed++;
    promise(code < 500, 'no 5xx for any input', seen);
    promise(
      code < 400 ||
        (/^content-type: application\/problem\+json$/im.test(headers) &&
          /^x-request-id: /im.test(headers)),
      'every error is problem+json with a request id',
      seen,
    );
  }
}
