import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { LaunchedProcess } from '@parts/testkit';
import { assert, waitUntil } from '@parts/testkit';
import { TOOL_ENVIRONMENT } from './environment.ts';

/**
 * A tracer that lets system calls on the files of a database fail or take long.
 *
 * @param calls names with commas between them
 * @param fault what happens to them: `error=EIO`, or `delay_enter=200000` in microseconds
 * @param when which calls fail, by their number from 1: `5..9`, or `1+` for all
 */
export function traceFault(
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
 */
export async function traceFaultInto(
  server: LaunchedProcess,
  databasePath: string,
  calls: string,
  fault: string,
): Promise<() => Promise<void>> {
  const [command = '', ...args] = traceFault(databasePath, calls, fault, '1+');
  const pid = server.pid();
  const tracer = spawn(command, [...args, '-p', String(pid)], {
    env: TOOL_ENVIRONMENT,
    stdio: 'ignore',
  });
  const ended = once(tracer, 'exit');
  const isTraced = () => /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  await waitUntil('the tracer is attached', () => tracer.exitCode !== null || isTraced());
  assert(tracer.exitCode === null, 'a tracer that may attach', () => tracer.exitCode);
  return async () => {
    tracer.kill('SIGINT');
    await ended;
  };
}
