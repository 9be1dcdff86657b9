import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServerClient, createTemporaryDirectory, parseLog, useEngine } from '@parts/testkit';
import { onTestFinished } from 'vitest';
import { readConfig } from '../config.ts';
import { createLog } from '../log/log.ts';
import { startServer } from '../server.ts';

export type Server = Awaited<ReturnType<typeof serve>>;

/**
 * Serves in the process of the test, with a port, files and a log of its own: a process for each test
 * takes ten times as long. `startServer` is for tests of what a process does: signals, exit codes, output.
 *
 * @throws whatever keeps the server from starting
 */
export async function serve({
  env = {},
  directory,
}: {
  readonly env?: Readonly<Record<string, string>>;
  /** Where the command is typed. Default: a new one. */
  readonly directory?: string;
} = {}) {
  const workingDirectory = directory ?? (await createTemporaryDirectory());
  const engineEnv = await useEngine(env, workingDirectory);
  const config = readConfig({ PORT: '0', ...engineEnv }, workingDirectory);
  const logFile = join(await createTemporaryDirectory(), 'log');
  const descriptor = openSync(logFile, 'a');
  const logging = createLog(config.LOG_LEVEL, descriptor);
  const { port, reload, stop } = await startServer(config, logging);
  let stopped: Promise<void> | undefined;

  async function stopAndFlush(): Promise<void> {
    await stop();
    await logging.flushLog();
    closeSync(descriptor);
  }
  const stopOnce = () => {
    stopped ??= stopAndFlush();
    return stopped;
  };
  onTestFinished(stopOnce);

  const logLines = () => parseLog(readFileSync(logFile, 'utf8'));
  return {
    ...createServerClient(port, config.AUTH_TOKEN, logLines),
    directory: workingDirectory,
    /** The path of the file or the URL of the PostgreSQL database. */
    database: config.DATABASE_URL ?? config.DATABASE_PATH,
    logLines,
    /** As SIGHUP does. */
    reload: async () => reload?.(),
    /** As SIGTERM does. Fulfils when nothing is open any more. */
    stop: stopOnce,
  };
}
