import { spawnSync } from 'node:child_process';
import { NotPossibleHere } from './broken-promise.ts';
import { TOOL_ENVIRONMENT } from './server-process.ts';

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
