import { format } from 'node:util';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { createLogOutput } from './log-output.ts';

const STANDARD_OUTPUT = 1;

export interface Log {
  readonly log: Logger;
  /** Fulfils when every line up to now is written, after a second at the latest. */
  readonly flushLog: () => Promise<void>;
}

/**
 * A logger that writes one JSON object a line to standard output. Requests go on whatever becomes
 * of the log: lines that can't be written are dropped and counted.
 */
export function createLog(level: string): Log {
  const output = createLogOutput(STANDARD_OUTPUT, (lines) =>
    log.error({ dropped_lines: lines }, 'the log could not be written: lines were dropped'),
  );
  process.once('exit', output.writeAtExit);
  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
  return { log, flushLog: output.flush };
}

/** The HTTP adapter tells the console, and nothing else, of a response whose stream failed. */
export function sendConsoleToLog({ log }: Log): void {
  console.info = (...details) => log.info(format(...details));
  console.error = (...details) => log.error(format(...details));
}
