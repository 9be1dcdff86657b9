import { type LaunchOptions, launch, type ServerProcess, waitForServer } from '@parts/testkit';
import { expect } from 'vitest';

/**
 * Starts a server whose database may be unusable.
 *
 * @param reason what a server that does not start has to say
 * @returns undefined when it ended with 1 and with the reason in one line
 */
export async function tryStart(
  options: LaunchOptions,
  reason = /./,
): Promise<ServerProcess | undefined> {
  const launched = await launch(options);
  const server = await waitForServer(launched);
  if (server) return server;
  expect(await launched.exit).toEqual({ code: 1, signal: null });
  const [, text] =
    /^parts-server can't start: can't open the database: ([^\n]+)\n$/.exec(launched.stderr()) ?? [];
  expect(text, launched.stderr()).toMatch(reason);
  return undefined;
}
