import type { LogLine } from './launch.ts';
import { waitUntil } from './wait-until.ts';

interface RequestOptions extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server as its clients and its log show it, wherever it runs. */
export interface ServerClient {
  readonly port: number;
  readonly token: string;
  /** Waits for the first log line that has these members. */
  waitForLog(expected: LogLine): Promise<LogLine>;
  /** Sends the token unless the options say otherwise. */
  request(path: string, options?: RequestOptions): Promise<Response>;
  changeStatus(id: number, status: string, options?: RequestOptions): Promise<Response>;
}

export function createServerClient(
  port: number,
  token: string,
  readLog: () => readonly LogLine[],
): ServerClient {
  function request(path: string, init: RequestOptions = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${token}`, ...init.headers };
    return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
  }

  return {
    port,
    token,
    waitForLog: (expected) =>
      waitUntil(
        `${JSON.stringify(expected)} in the log`,
        () => readLog().find((line) => hasMembers(line, expected)),
        readLog,
      ),
    request,
    changeStatus: (id, status, init) =>
      request(`/v1/parts/${id}/status`, {
        ...init,
        method: 'PATCH',
        body: JSON.stringify({ status }),
      }),
  };
}

export const hasMembers = (line: LogLine, expected: LogLine) =>
  Object.entries(expected).every(([name, value]) => line[name] === value);
