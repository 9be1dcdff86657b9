import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { useEngine } from './postgres/use-engine.ts';
import { type CleanUp, createTemporaryDirectory } from './temporary-directory.ts';

const PROGRAM = fileURLToPath(new URL('../../../apps/server/bin/parts-server.js', import.meta.url));
const PROBE = new URL('./vitals-probe.ts', import.meta.url).href;

export interface LaunchOptions {
  /** Words with spaces between them. Default: the Node that runs the tests, with the program. */
  readonly command?: string;
  /** The file that Node runs. Default: the service. */
  readonly program?: string;
  /** A program and its arguments that run Node, such as a tracer. */
  readonly under?: readonly string[];
  /** Arguments of Node which stand before the program. */
  readonly nodeArguments?: readonly string[];
  /** Where the command is typed. Default: a new directory, so that `./data.db` is a new database. */
  readonly directory?: string;
  /** The whole environment; nothing is inherited. PORT is 0 unless it is given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as this user and group. Default: ours. */
  readonly userId?: number;
  /** Standard output and error go to this file, whose content is then the output. */
  readonly logFile?: string;
  /** Drops the log lines of requests, of which a load makes millions. */
  readonly forgetsRequests?: boolean;
  /** Lets the process report its vitals: see `readVitals`. */
  readonly isProbed?: boolean;
  /** Takes what is to be done when the process is no longer needed. Default: it is done after the test. */
  readonly cleanUp?: CleanUp;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface LaunchedProcess {
  readonly directory: string;
  readonly child: ChildProcess;
  /** Fulfils when the process has ended and its output is complete. */
  readonly exit: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  /** The lines of standard output that are JSON, so far. */
  logLines(): LogLine[];
  /** Takes no more output, so that the process sooner or later can't write any. */
  stopReading(): void;
  /** Closes our end of the output, as a terminal that goes away. */
  closeOutput(): void;
  /** The process id of the service itself, which a tracer has as its child; 0 when it has ended. */
  pid(): number;
  /** Sends a signal to the service itself. */
  kill(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end of the process. */
  end(signal: NodeJS.Signals): Promise<Exit>;
}

/** Starts the program and kills it after the test, whatever the outcome. */
export async function launch(options: LaunchOptions = {}): Promise<LaunchedProcess> {
  const { cleanUp = onTestFinished, under = [], nodeArguments = [], logFile } = options;
  const directory = options.directory ?? (await createTemporaryDirectory(cleanUp));
  const env = await useEngine(options.env ?? {}, directory, cleanUp);
  const probe = options.isProbed ? ['--expose-gc', '--import', PROBE] : [];
  const [file = '', ...args] = options.command?.split(' ') ?? [
    ...under,
    process.execPath,
    ...nodeArguments,
    ...probe,
    options.program ?? PROGRAM,
  ];
  // A package manager or tracer that is killed leaves its child behind; in a group of their own
  // all can be killed. Without need there is none, so that Ctrl-C reaches the process.
  const isGroup = options.command !== undefined || under.length > 0;
  if (logFile !== undefined) rmSync(logFile, { force: true });
  const output = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child = spawn(file, args, {
    cwd: directory,
    env: { PORT: '0', ...env },
    stdio: ['ignore', output, output, ...(options.isProbed ? (['ipc'] as const) : [])],
    detached: isGroup,
    ...(options.userId !== undefined && { uid: options.userId, gid: options.userId }),
  });
  if (output !== 'pipe') closeSync(output);
  const exit = waitForExit(child);
  cleanUp(async () => {
    sendSignal(isGroup ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL', child);
    await exit;
  });

  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (options.forgetsRequests) stdout = stdout.replaceAll(/^.*"msg":"request".*\n/gm, '');
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const readOutput = () => (logFile === undefined ? stdout : readFileSync(logFile, 'utf8'));

  function pid(): number {
    if (child.pid === undefined || !isRunning(child)) return 0;
    if (under.length === 0) return child.pid;
    const path = `/proc/${child.pid}/task/${child.pid}/children`;
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0;
  }

  return {
    directory,
    child,
    exit,
    stdout: readOutput,
    stderr: () => stderr,
    logLines: () => parseLog(readOutput()),
    stopReading: () => void child.stdout?.pause(),
    closeOutput: () => void child.stdout?.destroy(),
    pid,
    kill: (signal) => sendSignal(pid(), signal, child),
    end(signal) {
      sendSignal(pid(), signal, child);
      return exit;
    },
  };
}

async function waitForExit(child: ChildProcess): Promise<Exit> {
  const closed = once(child, 'close');
  const [code, signal] = await once(child, 'exit');
  child.stdout?.resume();
  await closed;
  return { code, signal };
}

/** The whole lines that are JSON. */
export function parseLog(output: string): LogLine[] {
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): LogLine => JSON.parse(line));
}

/** @param pid negative for a group of processes, 0 for none */
function sendSignal(pid: number, signal: NodeJS.Signals, child: ChildProcess): void {
  // The number of a process that has ended may be another one's by now.
  if (pid === 0 || !isRunning(child)) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
