import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { forgetPeak, type ProcessUsage, readUsage } from './process-usage.ts';

const PROGRAMS = {
  product: '../../apps/server/bin/parts-server.js',
  floor: './peers/floor.ts',
  usual: './peers/usual.ts',
} as const;

export type Contender = keyof typeof PROGRAMS;

export const TOKEN = 'bench-token';

/** How long a start may take, in milliseconds. */
const START_LIMIT = 30_000;

export interface ServerProcess {
  readonly contender: Contender;
  readonly url: string;
  readonly pid: number;
  usage(): ProcessUsage;
  forgetPeak(): void;
  /** Empties the log file, so that hours of load don't fill the disk. */
  dropLog(): void;
  stop(): Promise<void>;
}

/**
 * Starts a server as its users do: a process, an environment, a log that goes to a file.
 * Fulfils with the first answer.
 */
export async function startServer(
  contender: Contender,
  database: string,
  logFile: string,
): Promise<ServerProcess> {
  const log = openSync(logFile, 'a');
  const program = fileURLToPath(new URL(PROGRAMS[contender], import.meta.url));
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', log, log],
    env: { PORT: '0', DATABASE_PATH: database, AUTH_TOKEN: TOKEN },
  });
  closeSync(log);
  const exited = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${contender} could not be started`);
  const url = await untilAnswered(logFile, () => child.exitCode !== null);

  return {
    contender,
    url,
    pid,
    usage: () => readUsage(pid),
    forgetPeak: () => forgetPeak(pid),
    dropLog: () => truncateSync(logFile),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function untilAnswered(logFile: string, hasEnded: () => boolean): Promise<string> {
  const deadline = performance.now() + START_LIMIT;
  while (performance.now() < deadline && !hasEnded()) {
    const port = /"port":(\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    const url = `http://127.0.0.1:${port}`;
    if (port && (await fetch(`${url}/healthz`)).ok) return url;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`a server did not start:\n${readFileSync(logFile, 'utf8')}`);
}
