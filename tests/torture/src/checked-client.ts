import { type Answer, assert, type Call, createHttpClient, type HttpClient } from '@parts/testkit';
import type { Attempt, OpenLedger } from './ledger.ts';
import type { Tally } from './torture-test.ts';

/** A client that counts, and refuses answers that no request may get. */
export function createCheckedClient(
  server: Parameters<typeof createHttpClient>[0],
  tally: Tally,
  options?: Parameters<typeof createHttpClient>[1],
): HttpClient {
  const client = createHttpClient(server, options);
  return {
    ...client,
    async send(path, call) {
      tally.requests++;
      const answer = await client.send(path, call);
      if (answer.status === 503) tally.refused++;
      checkAnswer(`${call?.method ?? 'GET'} ${path}`, answer);
      return answer;
    },
  };
}

/** What holds for every answer, whatever was asked and whatever state the storage is in. */
function checkAnswer(what: string, { status, headers, text }: Answer): void {
  const seen = () => `${what} was answered ${status}: ${text.slice(0, 300)}`;
  assert(status < 500 || status === 503, 'no 5xx but an honest 503', seen);
  assert(status !== 503 || headers['retry-after'] !== undefined, '503 with Retry-After', seen);
  assert(
    status < 400 || headers['content-type'] === 'application/problem+json',
    'an error that is problem+json',
    seen,
  );
}

/**
 * Sends one change and writes the answer into the ledger.
 *
 * @throws Error of the connection; the outcome is unknown then, as it was before
 */
export async function sendChange(
  client: HttpClient,
  ledger: OpenLedger,
  attempt: Attempt,
  signal?: Call['signal'],
): Promise<Answer> {
  const { requestId, change, key, ifMatch } = attempt;
  const answer = await client.send(change.path, {
    method: change.method,
    headers: {
      'Content-Type': 'application/json',
      'X-Request-Id': requestId,
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }),
    },
    body: JSON.stringify(change.body),
    ...(signal && { signal }),
  });
  ledger.settle(attempt, answer);
  return answer;
}

/** True when a connection broke, and false when the server took too long. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return false;
  return code !== '' || isConnectionError(error.cause);
}
