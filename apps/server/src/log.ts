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
      timestamp: formatTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ sync: false }),
  );
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
