import { vi } from 'vitest';
import { type LaunchedProcess, type LaunchOptions, type LogLine, launch } from './launch.ts';

/** For conditions that come true by themselves. Generous: only a test that fails waits for so long. */
export const PATIENCE = { timeout: 20_000, interval: 10 };

interface RequestOptions extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServerProcess extends LaunchedProcess {
  readonly port: number;
  /** As the server reports it. */
  readonly databasePath: string;
  /** Waits for the first log line that has these members. */
  waitForLog(expected: LogLine): Promise<LogLine>;
  /** Sends the development token unless the options say otherwise. */
  request(path: string, options?: RequestOptions): Promise<Response>;
  changeStatus(id: number, status: string, options?: RequestOptions): Promise<Response>;
}

/** Starts the program and waits until it listens; it is killed after the test. */
export async function startServer(options: LaunchOptions = {}): Promise<ServerProcess> {
  const launched = await launch(options);
  const listening = await Promise.race([
    waitForLog({ msg: 'listening' }),
    launched.exit.then(({ code }) => {
      throw new Error(`ended with ${code}:\n${launched.stdout()}${launched.stderr()}`);
    }),
  ]);
  const port = Number(listening['port']);

  return {
    ...launched,
    port,
    databasePath: String(listening['database']),
    waitForLog,
    request,
    changeStatus: (id, status, init) =>
      request(`/v1/parts/${id}/status`, {
        ...init,
        method: 'PATCH',
        body: JSON.stringify({ status }),
      }),
  };

  function request(path: string, init: RequestOptions = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { Authorization: 'Bearer dev-token', ...init.headers },
    });
  }

  function waitForLog(expected: LogLine): Promise<LogLine> {
    return vi.waitFor(() => {
      const line = launched
        .logLines()
        .find((line) => Object.entries(expected).every(([name, value]) => line[name] === value));
      if (line) return line;
      throw new Error(`not in the log: ${JSON.stringify(expected)}\n${launched.stdout()}`);
    }, PATIENCE);
  }
}
