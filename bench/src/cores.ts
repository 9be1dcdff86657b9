import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

// Clients that are always busy take what a server of two threads would use, and how much is up to the
// scheduler: PATCH from 32 connections had a p99 from 0.2 to 1.1 of the floor's in one run. So they have
// a core of their own, as if they were on another machine, and servers have the others.

const last = availableParallelism() - 1;

export const keepToClientCore = (pid = 0): void => keepTo(`${last}`, pid);
export const keepToServerCores = (pid: number): void => keepTo(`0-${last - 1}`, pid);

/** Where cores can't be chosen, or there is one alone, all share. */
function keepTo(cores: string, pid: number): void {
  if (process.platform !== 'linux' || last === 0) return;
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, `${pid}`]);
}
