/**
 * Ends the process, in time even when a thread of Node's pool is stuck in the system: in a look-up
 * of a name that is not answered, or in a write to a full pipe. `process.exit` joins the threads;
 * a process that becomes another one just loses them.
 */
export function exitProcess(code: number): void {
  if (!process.getActiveResourcesInfo().some((name) => /Req/.test(name))) process.exit(code);
  try {
    process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
  } catch {
    // Not on this platform.
  }
  process.kill(process.pid, 'SIGKILL');
}
