import { outcomeUnknown, storageUnavailable } from '../../port-errors.ts';
import type { GroupOutcome, WriteCommand } from '../../writes/command.ts';
import { startThread, type WriterThread } from './start-thread.ts';
import type { Opened, ThreadOptions } from './thread.ts';

/** The only writer. It outlives its thread. */
export interface Writer extends Opened {
  /**
   * Executes a group of commands, one group at a time.
   *
   * @throws PartsError `storage_outcome_unknown` when the thread ended in the middle of it,
   *   `storage_unavailable` when no other could be started
   */
  execute(commands: readonly WriteCommand[]): Promise<GroupOutcome>;
  /** Must not be called while a group is executed. */
  close(): Promise<void>;
}

/**
 * Starts the thread that writes. When it ends unexpectedly, the next group starts another on the same
 * files; a storage that stays broken costs one start for each group.
 *
 * @param onFailure is told why the thread ended unexpectedly
 * @throws DatabaseOpenError
 */
export async function openWriter(
  options: Omit<ThreadOptions, 'identities'>,
  onFailure: (reason: Error) => void,
): Promise<Writer> {
  let running: WriterThread | undefined;
  let isClosing = false;

  async function start(identities?: Opened['identities']): Promise<WriterThread> {
    const thread = await startThread({ ...options, identities });
    running = thread;
    void thread.ended.then((reason) => {
      running = undefined;
      if (!isClosing) onFailure(reason);
    });
    return thread;
  }

  const { schemaUpdate, identities } = await start();

  return {
    schemaUpdate,
    identities,

    async execute(commands) {
      const thread = running ?? (await start(identities).catch(refuse));
      return thread.execute(commands).catch((error: unknown) => {
        throw outcomeUnknown(error);
      });
    },

    async close() {
      isClosing = true;
      await running?.close();
    },
  };
}

function refuse(error: unknown): never {
  throw storageUnavailable(error);
}
