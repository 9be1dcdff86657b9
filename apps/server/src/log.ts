import { once } from 'node:events';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** What waits for a slow reader of the log; lines beyond are dropped, so that it can't fill the memory. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

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
  const { countedOutput, flushLog } = countBytes(output);
  const log = pino(
    {
      level,
      base: null,
      timestamp: formatTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    countedOutput,
  );
  return {
    log,
    flushLog,
    async endLog() {
      const closed = once(output, 'close');
      output.end();
      await closed;
    },
  };
}

/** The output itself tells when it has nothing left to write, and under load it always has. */
function countBytes(output: ReturnType<typeof destination>) {
  let logged = 0;
  let written = 0;
  output.on('write', (bytes: number) => {
    written += bytes;
  });
  output.on('drop', (line: string) => {
    logged -= Buffer.byteLength(line);
  });
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // Nobody reads the log any more: nothing is written from now on.
    written = Number.POSITIVE_INFINITY;
  });
  const countedOutput: DestinationStream = {
    write(line) {
      logged += Buffer.byteLength(line);
      output.write(line);
    },
  };

  return {
    countedOutput,
    async flushLog() {
      const end = logged;
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
