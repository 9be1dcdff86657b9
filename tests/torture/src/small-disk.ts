import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { NotPossibleHere } from './broken-promise.ts';
import { TOOL_ENVIRONMENT } from './server-process.ts';

/** A file system of its own, in memory. */
export interface SmallDisk {
  readonly directory: string;
  setReadOnly(isReadOnly: boolean): void;
  unmount(): void;
}

/**
 * @param directory is created
 * @param size in bytes
 * @throws NotPossibleHere where we may not mount
 */
export async function mountSmallDisk(directory: string, size: number): Promise<SmallDisk> {
  await mkdir(directory);
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { env: TOOL_ENVIRONMENT, timeout: 30_000 }).status === 0;
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory)) {
    throw new NotPossibleHere('only root may mount a small disk');
  }
  const disk: SmallDisk = {
    directory,
    setReadOnly(isReadOnly) {
      run('mount', '-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, directory);
    },
    unmount() {
      mounted.delete(disk);
      run('umount', '--lazy', directory);
    },
  };
  mounted.add(disk);
  return disk;
}

const mounted = new Set<SmallDisk>();

/** Takes back what a case that failed has left mounted. */
export function unmountAll(): void {
  for (const disk of mounted) disk.unmount();
}
