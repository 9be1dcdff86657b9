import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { NotPossibleHere } from './broken-promise.ts';
import { type ServerProcess, TOOL_ENVIRONMENT } from './server-process.ts';

/** A tracer that may not attach has ended after this time, in milliseconds. */
const ATTACH_TIME = 150;

/**
 * Makes sure that there is a tracer of system calls; installs it on Debian as root.
 *
 * @throws NotPossibleHere
 */
export function requireStrace(): void {
  if (works('strace', '-V')) return;
  const install = ['install', '-y', '--no-install-recommends', 'strace'];
  if (!(works('apt-get', 'update') && works('apt-get', ...install) && works('strace', '-V'))) {
    throw new NotPossibleHere('strace is missing and could not be installed');
  }
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { env: TOOL_ENVIRONMENT, timeout: 120_000 }).status === 0;
}

/**
 * Runs a program under a tracer that lets system calls on the files of a database fail or take long.
 *
 * @param calls names with commas between them
 * @param fault what happens to them: `error=EIO`, or `delay_enter=200000` in microseconds
 * @param when which calls fail, by their number from 1: `5..9`, or `1+` for all
 */
export function injectFault(
  databasePath: string,
  calls: string,
  fault: string,
  when: string,
): readonly string[] {
  const paths = ['', '-wal', '-shm', '-journal'].flatMap((end) => ['-P', databasePath + end]);
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}:when=${when}`];
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...paths, ...inject];
}

/**
 * Lets system calls of a running server fail, or take long, from now on.
 *
 * @returns a function that ends it
 * @throws NotPossibleHere where one process may not trace another
 */
export async function injectFaultInto(
  server: ServerProcess,
  databasePath: string,
  calls: string,
  fault: string,
): Promise<() => Promise<void>> {
  const [command = '', ...args] = injectFault(databasePath, calls, fault, '1+');
  const tracer = spawn(command, [...args, '-p', String(server.child.pid)], {
    env: TOOL_ENVIRONMENT,
    stdio: 'ignore',
  });
  const ended = once(tracer, 'exit');
  await Promise.race([ended, delay(ATTACH_TIME)]);
  if (tracer.exitCode !== null) throw new NotPossibleHere('strace may not attach to a process');
  return async () => {
    tracer.kill('SIGINT');
    await ended;
  };
}
