import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { createLatencies, type Latencies } from '../latencies.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Tally } from '../tally.ts';

/** Between two new connections, in milliseconds. */
const CONNECT_INTERVAL = 2;

/** Every so many requests is a change, the others read one part. */
const CHANGE_INTERVAL = 2;

export interface LoadOptions {
  readonly connections: number;
  /** Requests that each connection sends ahead of their answers. */
  readonly ahead?: number;
  /** Only changes, no reads. */
  readonly onlyChanges?: boolean;
}

/** What has come of the load so far. */
export interface Load {
  /** Ids of the changes that were answered with 200. */
  readonly acknowledged: ReadonlySet<string>;
  /** Ids of the changes that were answered with 503. */
  readonly refused: ReadonlySet<string>;
  /** Without the first answer on a connection, which had to be accepted before. */
  readonly latencies: Latencies;
  readonly firstAnswers: Latencies;
  /** Sends nothing more, waits for the answers that are due and closes the connections. */
  stop(): Promise<void>;
}

/**
 * As many clients as a server can't carry: each connection asks again as soon as it is answered.
 * Written on bare sockets, so that asking costs less than answering.
 *
 * @param name begins the id of each request, so that loads can be told apart; letters and hyphens
 */
export function startLoad(
  server: ServerProcess,
  name: string,
  tally: Tally,
  options: LoadOptions,
): Load {
  const acknowledged = new Set<string>();
  const refused = new Set<string>();
  const latencies = createLatencies();
  const firstAnswers = createLatencies();
  let sent = 0;
  let stopped = false;
  const finished = Promise.all(
    Array.from({ length: options.connections }, (_, index) => runConnection(index)),
  );

  async function runConnection(index: number): Promise<void> {
    // All at once, they would fill the system's queue of new connections, and it would drop some.
    await delay(index * CONNECT_INTERVAL);
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    const sentAt: number[] = [];
    const ended = Promise.withResolvers<void>();
    let received = '';
    let isAccepted = false;
    const ask = () => {
      sentAt.push(performance.now());
      socket.write(nextRequest());
    };
    const read = (text: string) => {
      received += text;
      for (let end = endOfAnswer(received); end > 0; end = endOfAnswer(received)) {
        note(received.slice(0, end));
        received = received.slice(end);
        const duration = performance.now() - (sentAt.shift() ?? 0);
        (isAccepted ? latencies : firstAnswers).add(duration);
        const ahead = isAccepted ? 1 : (options.ahead ?? 1);
        isAccepted = true;
        if (!stopped) for (let count = 0; count < ahead; count++) ask();
        else if (sentAt.length === 0) socket.end();
      }
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      try {
        read(text);
      } catch (error) {
        ended.reject(error);
      }
    });
    socket.once('connect', ask);
    socket.on('error', () => {});
    socket.on('close', () => ended.resolve());
    await ended.promise;
    promise(sentAt.length === 0, 'every request is answered', () => `${sentAt.length} are not`);
  }

  function nextRequest(): string {
    const id = sent++;
    tally.requests++;
    const isChange = options.onlyChanges || id % CHANGE_INTERVAL === 0;
    const head = `Host: localhost\r\nAuthorization: Bearer ${server.token}\r\nX-Request-Id: ${name}-${isChange ? 'change' : 'read'}-${id}\r\n`;
    const part = (id % 12) + 1;
    if (!isChange) {
      return `GET /v1/parts/${part} HTTP/1.1\r\n${head}\r\n`;
    }
    const body = '{"status":"In Review"}';
    return `PATCH /v1/parts/${part}/status HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  }

  function note(answer: string): void {
    const status = answer.slice(9, 12);
    const id = /^x-request-id: (.+)\r$/im.exec(answer)?.[1] ?? '';
    const isHonest =
      status === '200' || (status === '503' && /^retry-after: \d+\r$/im.test(answer));
    if (status === '503') tally.refused++;
    else if (status.startsWith('5')) tally.failed++;
    promise(isHonest, '200, or 503 with Retry-After', () => answer);
    promise(id.startsWith(name), 'the id of the request is sent back', () => answer);
    if (!id.startsWith(`${name}-change`)) return;
    (status === '200' ? acknowledged : refused).add(id);
    if (status === '200') tally.acknowledged++;
  }

  return {
    acknowledged,
    refused,
    latencies,
    firstAnswers,
    async stop() {
      stopped = true;
      await finished;
    },
  };
}

/** The length of the first answer in a text, or 0 while it is not complete. */
function endOfAnswer(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, head + 2))?.[1] ?? 0;
  const end = head + 4 + Number(length);
  return text.length < end ? 0 : end;
}
