import { once } from 'node:events';
import { destination, type Logger, pino } from 'pino';

/** What waits for a slow reader of the log; lines beyond are dropped, so that it can't fill the memory. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface Log {
  readonly log: Logger;
  /** Ends the log. Fulfils when every line is written, in order. */
  readonly endLog: () => Promise<void>;
}

/**
 * A logger that writes one JSON object a line to standard output. Writes are
 * asynchronous, so a slow reader of the log does not hold up requests.
 */
export function createLog(level: string): Log {
  const output = destination({ sync: false, maxLength: MAX_WAITING_BYTES });
  const log = pino(
    {
      level,
      base: null,
      timestamp: formatTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
  return {
    log,
    async endLog() {
      const closed = once(output, 'close');
      output.end();
      await closed;
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
