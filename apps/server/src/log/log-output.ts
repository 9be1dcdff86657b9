import { write, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What may wait to be written, in characters. Lines beyond are dropped, so that they can't fill the memory. */
const MAX_WAITING = 8 * 1024 * 1024;

/** Milliseconds for which lines gather. A write wakes a thread: each turn with its own, a GET takes 8% more CPU time. */
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
  /** Fulfils when every line up to now is written, after a second at the latest. */
  flush(): Promise<void>;
  /** Tries once to write what waits, before the process exits. */
  writeAtExit(): void;
}

/**
 * Writes lines to a file descriptor; those that come within {@link BATCH_INTERVAL}, or during a write, are one. An output
 * that fails (a full disk, a terminal that is gone) is tried again for as long as the process lives;
 * one that takes nothing (a pipe that is not read) holds up a thread of the pool, not the event loop.
 *
 * @param reportLoss is called, when the output takes lines again, with the number of those dropped
 */
export function createLogOutput(
  descriptor: number,
  reportLoss: (lines: number) => void,
): LogOutput {
  let lines = '';
  let dropped = 0;
  /** The rest of what was handed over to be written. It may begin in the middle of a line. */
  let batch = Buffer.alloc(0);
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** A process that has nothing else to do does not stay for its log. */
  function writeSoon(): void {
    timer ??= setTimeout(writeNow, BATCH_INTERVAL).unref();
  }

  function writeNow(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeLines();
    return writing;
  }

  async function writeLines(): Promise<void> {
    batch = Buffer.from(lines);
    lines = '';
    if (dropped > 0) reportLoss(dropped);
    dropped = 0;
    while (batch.length > 0) {
      try {
        const { bytesWritten } = await writeBytes(descriptor, batch);
        batch = batch.subarray(bytesWritten);
      } catch {
        await delay(RETRY_INTERVAL, undefined, { ref: false });
      }
    }
    writing = undefined;
    if (lines !== '') writeSoon();
  }

  /** The second write has the lines that came during the first. */
  async function finishTwoWrites(): Promise<void> {
    await writing;
    await writeNow();
  }

  return {
    write(line) {
      if (lines.length + line.length > MAX_WAITING) {
        dropped += 1;
        return;
      }
      lines += line.replace(CONTROL_CHARACTERS, escapeCharacter);
      if (!writing) writeSoon();
    },

    async flush() {
      await Promise.race([finishTwoWrites(), delay(FLUSH_TIMEOUT, undefined, { ref: false })]);
    },

    writeAtExit() {
      // A thread is still at it, and perhaps for ever.
      if (batch.length > 0) return;
      try {
        writeSync(descriptor, lines);
      } catch {
        // It was the last try.
      }
    },
  };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
