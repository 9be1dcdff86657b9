import type { Log } from '../log/log.ts';
import { exitProcess } from './exit-process.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Stops the server at the first signal and then exits with 0. When that takes longer than
 * `timeout` milliseconds, or at a second signal, the process ends at once with 1: every acknowledged
 * change is durable already. A terminal that goes away (SIGHUP) ends nothing; the server reads again
 * what it can while it runs.
 */
export function stopOnSignal(
  { stop, reload }: { stop(): Promise<void>; readonly reload?: (() => Promise<void>) | undefined },
  timeout: number,
  { log, flushLog }: Log,
): void {
  let isStopping = false;
  for (const signal of SIGNALS) process.on(signal, () => void onSignal(signal));
  process.on('SIGHUP', () => {
    log.info({ signal: 'SIGHUP' }, reload ? 'reading again' : 'ignored');
    void reload?.();
  });

  async function onSignal(signal: string): Promise<void> {
    if (isStopping) {
      await endAtOnce('second signal: ending at once');
      return;
    }
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(endAtOnce, timeout, 'requests did not end in time: ending at once').unref();
    await stop();
    log.info('stopped');
    await flushLog();
    await exitProcess(0);
  }

  async function endAtOnce(reason: string): Promise<void> {
    log.info(reason);
    await flushLog();
    await exitProcess(1);
  }
}
