import type { Log } from './log.ts';
import type { RunningServer } from './server.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Milliseconds that the last lines of the log have when the process must end. */
const LAST_LINES_TIMEOUT = 1000;

/**
 * Stops the server at the first signal and then exits with 0. When that takes longer than
 * `timeout` milliseconds, or at a second signal, the process ends at once with 1: every
 * acknowledged change is durable already.
 */
export function stopOnSignal(server: RunningServer, timeout: number, { log, endLog }: Log): void {
  let isStopping = false;
  for (const signal of SIGNALS) process.on(signal, () => void stop(signal));

  async function stop(signal: string): Promise<void> {
    if (isStopping) {
      endAtOnce('second signal: ending at once');
      return;
    }
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(endAtOnce, timeout, 'requests did not end in time: ending at once').unref();
    await server.stop();
    log.info('stopped');
    await endLog();
    process.exit(0);
  }

  function endAtOnce(reason: string): void {
    log.info(reason);
    void endLog().then(() => process.exit(1));
    // Every orderly exit would wait for a reader of the log, even for one that is stuck.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_LINES_TIMEOUT);
  }
}
