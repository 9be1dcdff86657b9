import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { findPostgres } from '@parts/testkit';
import { onTestFinished } from 'vitest';

/** Where the tools are that faults need; nothing of the caller's environment gets through. */
export const TOOL_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** Runs a tool. @returns whether it succeeded */
function runTool(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { env: TOOL_ENVIRONMENT, timeout: 30_000 }).status === 0;
}

/** What a fault needs of the machine, and how to tell whether it is there. */
const CAPABILITIES = {
  root: () => process.getuid?.() === 0,
  strace: () => runTool('strace', '-V'),
  /** With processes whose children can be listed. */
  postgres: () => findPostgres() !== undefined && process.platform === 'linux',
} as const;

export type Capability = keyof typeof CAPABILITIES;

export function isMissing(capability: Capability): boolean {
  return !CAPABILITIES[capability]();
}

/** A file system of its own, in memory. */
export interface SmallDisk {
  readonly directory: string;
  setReadOnly(isReadOnly: boolean): void;
  unmount(): void;
}

/**
 * Mounts a small disk until the end of the test; only root may.
 *
 * @param directory is created
 * @param size in bytes
 */
export async function mountSmallDisk(directory: string, size: number): Promise<SmallDisk> {
  await mkdir(directory);
  if (!runTool('mount', '-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', directory)) {
    throw new Error(`can't mount ${directory}`);
  }
  const unmount = () => void runTool('umount', '--lazy', directory);
  onTestFinished(unmount);
  return {
    directory,
    setReadOnly(isReadOnly) {
      runTool('mount', '-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, directory);
    },
    unmount,
  };
}
