import { type LaunchedProcess, type LaunchOptions, launch } from './launch.ts';
import { createServerClient, hasMembers, type ServerClient } from './server-client.ts';
import { waitUntil } from './wait-until.ts';

export interface ServerProcess extends LaunchedProcess, ServerClient {
  /** As the server reports it. */
  readonly databasePath: string;
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
  const findStart = () =>
    launched.logLines().find((line) => hasMembers(line, { msg: 'listening' }));
  const listening = await waitUntil(
    'the server listens',
    () => findStart() ?? (hasEnded && 'ended'),
    launched.stdout,
    2,
  );
  if (listening === 'ended') return undefined;
  return {
    ...launched,
    ...createServerClient(Number(listening['port']), token, launched.logLines),
    databasePath: String(listening['database']),
  };
}
