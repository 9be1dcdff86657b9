import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type CleanUp, createTemporaryDirectory } from './temporary-directory.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/parts-server.js', import.meta.url));

export interface LaunchOptions {
  /** Words with spaces between them. Default: the Node that runs the tests, with the program. */
  readonly command?: string;
  /** Arguments of that Node which stand before the program. */
  readonly nodeArguments?: readonly string[];
  /** Where the command is typed. Default: a new directory, so that `./data.db` is a new database. */
  readonly directory?: string;
  /** The whole environment; nothing is inherited. PORT is 0 unless it is given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes what is to be done when the process is no longer needed. Default: it is done after the test. */
  readonly cleanUp?: CleanUp;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface LaunchedProcess {
  readonly directory: string;
  /** Fulfils when the process has ended and its output is complete. */
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  stdout(): string;
  stderr(): string;
  /** The lines of standard output that are JSON, so far. */
  logLines(): LogLine[];
  /** Takes no more output, so that the process sooner or later can't write any. */
  stopReading(): void;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the program and kills it after the test, whatever the outcome. */
export async function launch(options: LaunchOptions = {}): Promise<LaunchedProcess> {
  const { cleanUp = onTestFinished, command, nodeArguments = [], env } = options;
  const directory = options.directory ?? (await createTemporaryDirectory(cleanUp));
  const [file = '', ...args] = command?.split(' ') ?? [process.execPath, ...nodeArguments, PROGRAM];
  const child = spawn(file, args, {
    cwd: directory,
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A package manager that is killed leaves its children behind; in a group of their own
    // all can be killed. Without need there is none, so that Ctrl-C reaches the process.
    detached: command !== undefined,
  });
  const exit = waitForExit(child);
  cleanUp(async () => {
    kill(child, command !== undefined);
    await exit;
  });

  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });

  return {
    directory,
    exit,
    stdout: () => stdout,
    stderr: () => stderr,
    logLines: () =>
      stdout
        .slice(0, stdout.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line): LogLine => JSON.parse(line)),
    stopReading: () => void child.stdout.pause(),
    kill: (signal) => void child.kill(signal),
  };
}

async function waitForExit(child: ChildProcess) {
  const closed = once(child, 'close');
  const [code, signal] = await once(child, 'exit');
  child.stdout?.resume();
  await closed;
  return { code, signal };
}

function kill(child: ChildProcess, isGroup: boolean): void {
  if (!isGroup || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}
