import { type Dispatcher, Pool } from 'undici';
import type { ServerClient } from './server-client.ts';

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Call {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborted, the connection is torn down. */
  readonly signal?: AbortSignal;
}

export interface HttpClient {
  /**
   * Sends one request, with the token, and reads the whole answer.
   *
   * @throws Error of the connection when there is no answer; what became of the request is unknown then
   */
  send(path: string, call?: Call): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * A client that keeps its connections, for loads and for what has to know whether an answer came.
 *
 * @param pipelining requests that each connection sends ahead of their answers
 */
export function createHttpClient(
  { port, token }: Pick<ServerClient, 'port' | 'token'>,
  { connections = 1024, pipelining = 1 } = {},
): HttpClient {
  const pool = new Pool(`http://127.0.0.1:${port}`, {
    connections,
    pipelining,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });

  return {
    async send(path, { method = 'GET', headers, body, signal } = {}) {
      const response = await pool.request({
        path,
        method,
        headers: { Authorization: `Bearer ${token}`, ...headers },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
        // Lets changes be sent ahead as well.
        ...(pipelining > 1 && { idempotent: true }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: await response.body.text(),
      };
    },
    close: () => pool.destroy(),
  };
}
