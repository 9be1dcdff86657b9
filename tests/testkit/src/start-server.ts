import { type LaunchedProcess, type LaunchOptions, type LogLine, launch } from './launch.ts';
import { waitUntil } from './wait-until.ts';

interface RequestOptions extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServerProcess extends LaunchedProcess {
  readonly port: number;
  readonly token: string;
  /** As the server reports it. */
  readonly databasePath: string;
  /** Waits for the first log line that has these members. */
  waitForLog(expected: LogLine): Promise<LogLine>;
  /** Sends the token unless the options say otherwise. */
  request(path: string, options?: RequestOptions): Promise<Response>;
  changeStatus(id: number, status: string, options?: RequestOptions): Promise<Response>;
}

/**
 * Starts the program and waits until it listens; it is killed after the test.
 *
 * @throws Error when it ends instead, with its output
 */
export async function startServer(options: LaunchOptions = {}): Promise<ServerProcess> {
  const launched = await launch(options);
  const server = await waitForServer(launched, options.env?.['AUTH_TOKEN']);
  if (server) return server;
  const { code, signal } = await launched.exit;
  throw new Error(`ended with ${code ?? signal}:\n${launched.stdout()}${launched.stderr()}`);
}

/** Waits until a launched process listens; undefined when it ends instead. */
export async function waitForServer(
  launched: LaunchedProcess,
  token = 'dev-token',
): Promise<ServerProcess | undefined> {
  let hasEnded = false;
  void launched.exit.then(() => {
    hasEnded = true;
  });
  const find = (expected: LogLine) =>
    launched
      .logLines()
      .find((line) => Object.entries(expected).every(([name, value]) => line[name] === value));
  const listening = await waitUntil(
    'the server listens',
    () => find({ msg: 'listening' }) ?? (hasEnded && 'ended'),
    launched.stdout,
    2,
  );
  if (listening === 'ended') return undefined;
  const port = Number(listening['port']);

  function request(path: string, init: RequestOptions = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${token}`, ...init.headers };
    return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
  }

  return {
    ...launched,
    port,
    token,
    databasePath: String(listening['database']),
    waitForLog: (expected) =>
      waitUntil(`${JSON.stringify(expected)} in the log`, () => find(expected), launched.stdout),
    request,
    changeStatus: (id, status, init) =>
      request(`/v1/parts/${id}/status`, {
        ...init,
        method: 'PATCH',
        body: JSON.stringify({ status }),
      }),
  };
}
