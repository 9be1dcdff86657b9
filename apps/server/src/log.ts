import { once } from 'node:events';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** What waits for a slow reader of the log; lines beyond are dropped, so that it can't fill the memory. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Milliseconds that lines wait for others, to be written together. A write for each costs 10% of a GET. */
const BATCH_INTERVAL = 10;

export interface Log {
  readonly log: Logger;
  /** Fulfils when every line up to now is written, or can't be any more. */
  readonly flushLog: () => Promise<void>;
  /** Ends the log. Fulfils when every line is written, in order. */
  readonly endLog: () => Promise<void>;
}

/**
 * A logger that writes one JSON object a line to standard output. Writes are
 * asynchronous, so a slow reader of the log does not hold up requests.
 */
export function createLog(level: string): Log {
  const output = destination({ sync: false, maxLength: MAX_WAITING_BYTES });
  const { batches, handOver, flushLog } = batchLines(output);
  const log = pino(
    {
      level,
      base: null,
      timestamp: formatTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    batches,
  );
  return {
    log,
    flushLog,
    async endLog() {
      handOver();
      const closed = once(output, 'close');
      output.end();
      await closed;
    },
  };
}

/**
 * Hands lines to an output in batches and counts their bytes. The output itself tells when it has
 * nothing left to write, and under load it always has.
 */
function batchLines(output: ReturnType<typeof destination>) {
  let lines = '';
  let handedOver = 0;
  let written = 0;
  output.on('write', (bytes: number) => {
    written += bytes;
  });
  output.on('drop', (batch: string) => {
    handedOver -= Buffer.byteLength(batch);
  });
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // Nobody reads the log any more: nothing is written from now on.
    written = Number.POSITIVE_INFINITY;
  });

  function handOver(): void {
    if (lines === '') return;
    const batch = lines;
    lines = '';
    handedOver += Buffer.byteLength(batch);
    output.write(batch);
  }

  const batches: DestinationStream = {
    write(line) {
      if (lines === '') setTimeout(handOver, BATCH_INTERVAL);
      lines += line;
    },
  };

  return {
    batches,
    handOver,
    async flushLog() {
      handOver();
      const end = handedOver;
      // It rejects with an error that was handled above.
      while (written < end) await once(output, 'write').catch(() => {});
    },
  };
}

/** Writes the time, and formats it once a millisecond: each time would take 5% of a GET. */
function formatTime(): () => string {
  let formattedAt = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== formattedAt) {
      formattedAt = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}
