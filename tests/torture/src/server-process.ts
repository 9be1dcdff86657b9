import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BrokenPromise, promise } from './broken-promise.ts';

const PROGRAM = fileURLToPath(new URL('../../../apps/server/bin/parts-server.js', import.meta.url));
const PROBE = new URL('./vitals-probe.ts', import.meta.url).href;

/** Where the tools are that cases run; nothing of the caller's environment gets through. */
export const TOOL_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** How long a start may take on a busy machine, in milliseconds. */
const START_LIMIT = 60_000;

/** Remarks of one process that are kept; later ones are dropped. */
const MAX_REMARKS = 10_000;

export interface LaunchOptions {
  readonly databasePath: string;
  /** Variables of the server beside those that every start sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A program and its arguments that run the server, such as a tracer. */
  readonly under?: readonly string[];
  /** Lets the process tell about itself: see {@link readVitals}. */
  readonly probed?: boolean;
  /** Runs as this user and group instead of ours. */
  readonly userId?: number;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface LaunchedProcess {
  readonly token: string;
  /** Log lines that don't report a request. */
  readonly remarks: readonly string[];
  readonly child: ChildProcess;
  /** Fulfils with the port, or with undefined when the process ends without listening. */
  readonly listening: Promise<number | undefined>;
  readonly exited: Promise<Exit>;
  /** Ends the server at once. */
  kill(): Promise<Exit>;
}

export interface ServerProcess extends LaunchedProcess {
  readonly port: number;
  /** Sends SIGTERM and waits; anything but exit code 0 is a broken promise. */
  stop(): Promise<void>;
}

const running = new Set<LaunchedProcess>();

/** Starts the server as a user does, whatever becomes of it. */
export function launchServer(options: LaunchOptions): LaunchedProcess {
  const token = `torture-${randomBytes(12).toString('hex')}`;
  const [command = process.execPath, ...args] = [
    ...(options.under ?? []),
    process.execPath,
    ...(options.probed ? ['--expose-gc', '--import', PROBE] : []),
    PROGRAM,
  ];
  const child = spawn(command, args, {
    env: {
      ...TOOL_ENVIRONMENT,
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_PATH: options.databasePath,
      AUTH_TOKEN: token,
      ...options.environment,
    },
    // A group of its own, so that a tracer and what it traces die together.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.probed ? ['ipc' as const] : [])],
    ...(options.userId !== undefined && { uid: options.userId, gid: options.userId }),
  });
  const remarks: string[] = [];
  let stderr = '';
  let leaked = false;
  const port = Promise.withResolvers<number | undefined>();

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < 100_000) stderr += text;
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes(token)) leaked = true;
      if (line.endsWith('"msg":"request"}') || remarks.length >= MAX_REMARKS) return;
      remarks.push(line);
      const listening = /"port":(\d+).*"msg":"listening"/.exec(line);
      if (listening) port.resolve(Number(listening[1]));
    });
  }

  const launched: LaunchedProcess = {
    token,
    remarks,
    child,
    listening: port.promise,
    exited: waitForExit(),
    kill() {
      // A tracer ends by itself then, and not before it has written its last line.
      if (isRunning(child)) sendSignal(serverPid(child, options), 'SIGKILL');
      return launched.exited;
    },
  };
  running.add(launched);
  return launched;

  async function waitForExit(): Promise<Exit> {
    await once(child, 'close');
    running.delete(launched);
    port.resolve(undefined);
    promise(!leaked && !stderr.includes(token), 'the token is in no log', () => 'it is');
    return { code: child.exitCode, signal: child.signalCode, stderr };
  }
}

/**
 * Starts the server and waits until it listens.
 *
 * @throws BrokenPromise when it does not
 */
export async function startServer(options: LaunchOptions): Promise<ServerProcess> {
  const launched = launchServer(options);
  const late = setTimeout(() => killGroup(launched.child), START_LIMIT);
  const port = await launched.listening;
  clearTimeout(late);
  if (port === undefined) {
    const { code, signal, stderr } = await launched.exited;
    throw new BrokenPromise('the server starts', `exit ${code ?? signal}: ${stderr}`);
  }
  return {
    ...launched,
    port,
    async stop() {
      sendSignal(serverPid(launched.child, options), 'SIGTERM');
      const late = setTimeout(() => killGroup(launched.child), START_LIMIT);
      const { code, signal, stderr } = await launched.exited;
      clearTimeout(late);
      promise(
        code === 0,
        'SIGTERM ends the server with exit code 0',
        () => `${code ?? signal}: ${stderr}`,
      );
    },
  };
}

/** The process id of the server itself, which a tracer has as its child. */
function serverPid(child: ChildProcess, { under }: LaunchOptions): number {
  const pid = child.pid ?? 0;
  if (!under) return pid;
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10) || pid;
  } catch {
    return 0;
  }
}

/** @param pid negative for a group of processes */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid !== 0) process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Ends what a case that failed has left running, whatever it runs under. */
export async function killRemainingServers(): Promise<void> {
  const killed = [...running].map(({ child, exited }) => {
    killGroup(child);
    return exited;
  });
  await Promise.allSettled(killed);
}

function killGroup(child: ChildProcess): void {
  if (isRunning(child)) sendSignal(-(child.pid ?? 0), 'SIGKILL');
}

/** The number of a process that has ended may be another one's by now. */
function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
