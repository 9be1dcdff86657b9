import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { forgetPeak, type ProcessUsage, readUsage } from './process-usage.ts';

/** Each reads its configuration from the environment and writes its port to its log. */
const PROGRAMS = {
  product: new URL('../../apps/server/bin/parts-server.js', import.meta.url),
  floor: new URL('./peers/floor.ts', import.meta.url),
  usual: new URL('./peers/usual.ts', import.meta.url),
} as const;

export type Contender = keyof typeof PROGRAMS;

export const TOKEN = 'bench-token';

/** How long a start may take, in milliseconds. */
const START_LIMIT = 30_000;

/** What a server is started with. */
export interface Launch {
  readonly contender: Contender;
  readonly database: string;
  readonly logFile: string;
}

export interface ServerProcess {
  readonly launch: Launch;
  readonly url: string;
  /** From the command to the first answer. */
  readonly startSeconds: number;
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
export async function startServer(launch: Launch): Promise<ServerProcess> {
  const { contender, database, logFile } = launch;
  rmSync(logFile, { force: true });
  const log = openSync(logFile, 'a');
  const startedAt = performance.now();
  const program = fileURLToPath(PROGRAMS[contender]);
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', log, log],
    env: { PORT: '0', DATABASE_PATH: database, AUTH_TOKEN: TOKEN },
  });
  closeSync(log);
  // Nobody is left behind when the benchmark itself is ended.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${contender} could not be started`);
  const url = await untilAnswered(logFile, () => child.exitCode !== null);
  const startSeconds = (performance.now() - startedAt) / 1000;

  return {
    launch,
    url,
    startSeconds,
    usage: () => readUsage(pid),
    forgetPeak: () => forgetPeak(pid),
    dropLog: () => truncateSync(logFile),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      process.off('exit', kill);
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
