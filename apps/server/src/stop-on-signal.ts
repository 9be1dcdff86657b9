import type { Logger } from 'pino';
import type { RunningServer } from './server.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Stops the server at the first signal and then exits with 0. When that takes longer than
 * `timeout` milliseconds, or at a second signal, the process ends at once with 1: every
 * acknowledged change is durable already.
 */
export function stopOnSignal(server: RunningServer, timeout: number, log: Logger): void {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return end(1, 'second signal: ending at once');
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => end(1, 'requests did not end in time: ending at once'), timeout).unref();
    await server.stop();
    end(0, 'stopped');
  };
  for (const signal of SIGNALS) process.on(signal, () => void stop(signal));

  function end(exitCode: number, message: string): void {
    log.info(message);
    log.flush();
    process.exit(exitCode);
  }
}
