import { setImmediate } from 'node:timers/promises';

/**
 * Ends the process, in time even when a thread of Node's pool is stuck in the system: in a look-up
 * of a name that is not answered, or in a write to a full pipe. `process.exit` joins the threads;
 * a process that becomes another one just loses them.
 */
export async function exitProcess(code: number): Promise<void> {
  // The request whose end led here counts as active until the next turn.
  await setImmediate();
  if (!process.getActiveResourcesInfo().some((name) => /Req/.test(name))) process.exit(code);
  try {
    process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
  } catch {
    // Not on this platform.
  }
  process.kill(process.pid, 'SIGKILL');
}
