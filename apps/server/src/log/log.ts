import { format } from 'node:util';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { createLogOutput } from './log-output.ts';

const STANDARD_OUTPUT = 1;

export interface Log {
  readonly log: Logger;
  /** Fulfils when every line up to now is written, after a second at the latest. */
  readonly flushLog: () => Promise<void>;
  /** Tries once to write what waits, before the process exits. */
  readonly writeAtExit: () => void;
}

/**
 * A logger that writes one JSON object a line. Requests go on whatever becomes of the log: lines
 * that can't be written are dropped and counted.
 *
 * @param descriptor of the file that takes the lines
 */
export function createLog(level: string, descriptor = STANDARD_OUTPUT): Log {
  const output = createLogOutput(descriptor, (lines) =>
    log.error({ dropped_lines: lines }, 'the log could not be written: lines were dropped'),
  );
  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
  return { log, flushLog: output.flush, writeAtExit: output.writeAtExit };
}

/** The HTTP adapter tells the console, and nothing else, of a response whose stream failed. */
export function sendConsoleToLog({ log }: Pick<Log, 'log'>): void {
  console.info = (...details) => log.info(format(...details));
  console.error = (...details) => log.error(format(...details));
}
