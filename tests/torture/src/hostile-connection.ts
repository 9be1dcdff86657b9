import { assert, openConnection } from '@parts/testkit';
import type { Tally } from './torture-test.ts';

const ANSWER = /HTTP\/1\.1 (\d{3}) [^\r]*\r\n([\s\S]*?)\r\n\r\n/g;

/**
 * Sends bytes over a connection of their own, says that this was all, and reads what comes until the
 * server closes.
 *
 * @param isCut tears the connection down after sending instead
 * @throws Error when an answer is wrong or the server keeps the connection
 */
export async function exchange(
  port: number,
  pieces: readonly Uint8Array[],
  isCut: boolean,
  tally: Tally,
): Promise<void> {
  tally.requests++;
  const connection = await openConnection(port, () => {});
  for (const piece of pieces) {
    connection.send(piece);
    if (pieces.length > 1) await new Promise(setImmediate);
  }
  if (isCut) connection.destroy(true);
  else connection.end();
  const sent = () => `to ${Buffer.concat(pieces).toString('latin1').slice(0, 1000)}`;
  const late = setTimeout(() => connection.destroy(), 20_000);
  const startedAt = performance.now();
  await connection.closed;
  clearTimeout(late);
  assert(performance.now() - startedAt < 20_000, 'a connection that is closed', sent);
  for (const [head, status, headers = ''] of connection.received().matchAll(ANSWER)) {
    const seen = () => `${head} ${sent()}`;
    assert(Number(status) < 500, 'no 5xx for any input', seen);
    assert(
      Number(status) < 400 ||
        (/^content-type: application\/problem\+json$/im.test(headers) &&
          /^x-request-id: /im.test(headers)),
      'an error that is problem+json with a request id',
      seen,
    );
  }
}
