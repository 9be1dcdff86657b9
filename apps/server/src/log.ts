import { destination, type Logger, pino } from 'pino';

/**
 * A logger that writes one JSON object a line to standard output. Writes are
 * asynchronous, so a slow reader of the log does not hold up requests.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ sync: false }),
  );
}
