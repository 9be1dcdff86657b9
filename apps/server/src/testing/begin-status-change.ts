import { openConnection, type RawConnection, type RawResponse } from '@parts/testkit';

const BODY = JSON.stringify({ status: 'Approved' });

const HEAD = [
  'PATCH /v1/parts/1/status HTTP/1.1',
  'Host: localhost',
  'Authorization: Bearer dev-token',
  `Content-Length: ${BODY.length}`,
  'Expect: 100-continue',
].join('\r\n');

export interface BegunStatusChange {
  readonly connection: RawConnection;
  /** Sends the body, and in the same packet what is to stand behind it. */
  sendBody(behind?: string): void;
  /** The answer, once it has come. */
  answer(): Promise<RawResponse | undefined>;
}

/**
 * Sends a change of part 1 to Approved up to its body, and waits until the server has
 * taken it on: it says so with "100 Continue". So a test knows that a request is in flight.
 */
export async function beginStatusChange(port: number): Promise<BegunStatusChange> {
  const connection = await openConnection(port);
  connection.send(`${HEAD}\r\n\r\n`);
  await connection.responses(1);
  return {
    connection,
    sendBody: (behind = '') => connection.send(BODY + behind),
    answer: async () => (await connection.responses(2))[1],
  };
}
