import { once } from 'node:events';
import { destination, type Logger, pino } from 'pino';

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
  const output = destination({ sync: false });
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
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
