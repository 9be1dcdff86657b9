import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { BrokenPromise, promise } from './broken-promise.ts';
import type { ServerProcess } from './server-process.ts';
import type { Tally } from './tally.ts';

/** No answer within this time counts as none, in milliseconds. */
const ANSWER_LIMIT = 60_000;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborted, the connection is torn down. */
  readonly signal?: AbortSignal;
}

export interface HttpClient {
  /**
   * Sends one request, with the token, and reads the whole answer.
   *
   * @throws BrokenPromise for an answer that no request may get
   * @throws Error of the connection when there is no answer; what became of the request is unknown then
   */
  send(path: string, call?: Call): Promise<Answer>;
  close(): void;
}

/** A client that keeps its connections and counts what it sees. */
export function createHttpClient(
  server: Pick<ServerProcess, 'port' | 'token'>,
  tally: Tally,
): HttpClient {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1024 });

  async function send(path: string, call: Call = {}): Promise<Answer> {
    tally.requests++;
    const answer = await exchange(path, call);
    if (answer.status === 503) tally.refused++;
    else if (answer.status >= 500) tally.failed++;
    checkAnswer(`${call.method ?? 'GET'} ${path}`, answer);
    return answer;
  }

  function exchange(path: string, { method = 'GET', headers, body, signal }: Call) {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port: server.port,
        path,
        method,
        timeout: ANSWER_LIMIT,
        headers: {
          Authorization: `Bearer ${server.token}`,
          ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
          ...headers,
        },
        ...(signal && { signal }),
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          if (!incoming.complete) return reject(new Error('the answer was cut off'));
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.on('timeout', () => {
      reject(new BrokenPromise(`an answer within ${ANSWER_LIMIT} ms`, `none to ${method} ${path}`));
      outgoing.destroy();
    });
    outgoing.end(body);
    return promise;
  }

  return { send, close: () => agent.destroy() };
}

/** What holds for every answer, whatever was asked and whatever state the storage is in. */
function checkAnswer(what: string, { status, headers, text }: Answer): void {
  const seen = () => `${what} was answered ${status}: ${text.slice(0, 300)}`;
  promise(status < 500 || status === 503, 'no 5xx but an honest 503', seen);
  promise(status !== 503 || headers['retry-after'] !== undefined, '503 has Retry-After', seen);
  promise(
    status < 400 || headers['content-type'] === 'application/problem+json',
    'every error is problem+json',
    seen,
  );
}
