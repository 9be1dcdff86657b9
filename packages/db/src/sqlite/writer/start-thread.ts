import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GroupOutcome, WriteCommand } from '../../writes/command.ts';
import { decodeError, type ErrorData } from './error-data.ts';
import { decodeGroup, type GroupMessage } from './group-message.ts';
import type { Opened, ThreadOptions } from './thread.ts';

// The source here, the compiled program in a package.
const PROGRAM = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);

/** The thread that writes, seen from outside. */
export interface WriterThread extends Opened {
  /** Only one group at a time. Rejects when the thread ends before it answers. */
  execute(commands: readonly WriteCommand[]): Promise<GroupOutcome>;
  /** Closes the database and fulfils with the end of the thread. */
  close(): Promise<void>;
  /** Fulfils with the end of the thread, with the reason. */
  readonly ended: Promise<Error>;
}

/**
 * Starts the thread, which opens the database.
 *
 * @throws DatabaseOpenError; PartsError `storage_unavailable` when the files were replaced
 */
export async function startThread(options: ThreadOptions): Promise<WriterThread> {
  const worker = new Worker(PROGRAM, { workerData: options, execArgv: [] });
  let answer = Promise.withResolvers<unknown>();
  const ended = Promise.withResolvers<Error>();
  let reason: Error | undefined;
  worker.on('message', (message) => answer.resolve(message));
  worker.on('error', (error: Error) => {
    reason = error;
  });
  worker.on('exit', (code) => {
    reason ??= new Error(`the thread that writes ended with code ${code}`);
    answer.reject(reason);
    ended.resolve(reason);
  });

  /** Only while it answers does the thread keep the process alive. */
  async function receive(): Promise<unknown> {
    worker.ref();
    try {
      return await answer.promise;
    } finally {
      worker.unref();
    }
  }

  const opened = (await receive()) as Opened | ErrorData;
  if (!('schemaUpdate' in opened)) {
    await worker.terminate();
    throw decodeError(opened);
  }
  return {
    ...opened,
    ended: ended.promise,
    async execute(commands) {
      answer = Promise.withResolvers();
      worker.postMessage(JSON.stringify(commands));
      return decodeGroup((await receive()) as GroupMessage);
    },
    async close() {
      worker.ref();
      worker.postMessage('close');
      await ended.promise;
    },
  };
}
