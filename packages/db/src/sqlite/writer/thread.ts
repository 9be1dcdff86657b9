import { parentPort, workerData } from 'node:worker_threads';
import type { SchemaUpdate } from '../../schema/schema-update.ts';
import type { WriteCommand } from '../../writes/command.ts';
import { emptyLog, openConnection } from '../connection.ts';
import { createFileGuard, filesAreLost } from '../file-guard.ts';
import { areInPlace, type FileIdentities, identifyFiles } from '../file-identity.ts';
import { encodeError } from './error-data.ts';
import { type CommandExecutorOptions, createCommandExecutor } from './execute-command.ts';
import { createGroupExecutor } from './execute-group.ts';
import { encodeGroup } from './group-message.ts';

// The program of the thread that owns the only connection that writes. A sync of the disk, a checkpoint
// and the wait for another process's lock stop this thread and no reader.
//
// A group comes as JSON and is answered with a `GroupMessage`; `close` is answered with the end of the
// thread.

/** What the thread is started with. */
export interface ThreadOptions extends CommandExecutorOptions {
  readonly path: string;
  /** The files that an earlier thread had open: others in their place are not opened. */
  readonly identities: FileIdentities | undefined;
}

/** What the thread answers first when it could open the database; else it answers with an `ErrorData`. */
export interface Opened {
  readonly schemaUpdate: SchemaUpdate;
  readonly identities: FileIdentities;
}

function serve(port: NonNullable<typeof parentPort>, options: ThreadOptions): Opened {
  const { path, content } = options;
  if (options.identities && !areInPlace(options.identities)) throw filesAreLost(path);
  const { sqlite, schemaUpdate } = openConnection(path, content);
  const identities = options.identities ?? identifyFiles(path);
  const files = createFileGuard(sqlite, identities);
  const executeGroup = createGroupExecutor(sqlite, {
    execute: createCommandExecutor(sqlite, options),
    checkFiles: files.check,
  });

  port.on('message', (request: string) => {
    if (request === 'close') {
      files.close();
      port.close();
      return;
    }
    const commands: readonly WriteCommand[] = JSON.parse(request);
    const outcome = executeGroup(commands);
    // A copy of the file alone has the new state.
    if (commands.some(({ kind }) => kind === 'reset')) emptyLog(sqlite);
    port.postMessage(encodeGroup(outcome));
  });
  return { schemaUpdate, identities };
}

if (!parentPort) throw new Error('this is the program of a thread');
try {
  parentPort.postMessage(serve(parentPort, workerData));
} catch (error) {
  parentPort.postMessage(encodeError(error));
}
