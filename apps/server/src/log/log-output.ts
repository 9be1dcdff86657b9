import { write, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What may wait to be written, in characters. Lines beyond are dropped, so that they can't fill the memory. */
const MAX_WAITING = 8 * 1024 * 1024;

/** Milliseconds that lines wait for others, to be written together. A write for each costs 10% of a GET. */
const BATCH_INTERVAL = 10;

/** Milliseconds until a write that failed is tried again. */
const RETRY_INTERVAL = 100;

/** Milliseconds that a flush waits for an output that takes nothing. */
const FLUSH_TIMEOUT = 1000;

/** Characters that steer terminals and that JSON need not escape: DEL, C1, and those that turn or end a line. */
const CONTROL_CHARACTERS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

const writeBytes = promisify(write);

export interface LogOutput {
  /** Takes a line of JSON. Never throws and never waits. */
  write(line: string): void;
  /** Fulfils when every line up to now is written, when a write failed, or after a second. */
  flush(): Promise<void>;
  /** Tries once to write what waits, before the process exits. */
  writeAtExit(): void;
}

/**
 * Writes lines to a file descriptor, in batches. An output that fails (a full disk, a terminal that
 * is gone) is tried again for as long as the process lives; one that takes nothing (a pipe that is
 * not read) holds up a thread of the pool, not the event loop.
 *
 * @param reportLoss is called, when the output takes lines again, with the number of those dropped
 */
export function createLogOutput(
  descriptor: number,
  reportLoss: (lines: number) => void,
  maxWaiting = MAX_WAITING,
): LogOutput {
  let lines = '';
  let dropped = 0;
  /** The rest of what was handed over to be written. It may begin in the middle of a line. */
  let batch = Buffer.alloc(0);
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function schedule(milliseconds: number): NodeJS.Timeout {
    timer ??= setTimeout(() => {
      timer = undefined;
      void writeOut();
    }, milliseconds);
    return timer;
  }

  function writeOut(): Promise<void> {
    writing ??= writeBatch()
      .then(
        () => lines !== '' && schedule(BATCH_INTERVAL),
        // A process that has nothing else to do must not stay for its log.
        () => schedule(RETRY_INTERVAL).unref(),
      )
      .then(() => {
        writing = undefined;
      });
    return writing;
  }

  async function writeBatch(): Promise<void> {
    if (batch.length === 0) takeBatch();
    while (batch.length > 0) {
      const { bytesWritten } = await writeBytes(descriptor, batch);
      batch = batch.subarray(bytesWritten);
    }
  }

  function takeBatch(): void {
    batch = Buffer.from(lines);
    lines = '';
    const count = dropped;
    dropped = 0;
    if (count > 0) reportLoss(count);
  }

  return {
    write(line) {
      if (lines.length + line.length > maxWaiting) {
        dropped += 1;
        return;
      }
      lines += line.replace(CONTROL_CHARACTERS, escapeCharacter);
      schedule(BATCH_INTERVAL);
    },

    async flush() {
      const isOver = new AbortController();
      const written = (async () => {
        await writing;
        if (batch.length > 0 || lines !== '') await writeOut();
      })();
      await Promise.race([written, delay(FLUSH_TIMEOUT, undefined, isOver)]).finally(() =>
        isOver.abort(),
      );
    },

    writeAtExit() {
      // A thread is still at it, and perhaps for ever.
      if (writing) return;
      try {
        writeSync(descriptor, Buffer.concat([batch, Buffer.from(lines)]));
      } catch {
        // It was the last try.
      }
    },
  };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
