import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds a library that makes each sync of a process take longer, as on the disks of a cloud.
 *
 * @param microseconds that each sync takes beside its own time
 * @returns the environment of a process that is to have such a disk
 * @throws Error where there is no C compiler
 */
export function slowSync(directory: string, microseconds: number): Record<string, string> {
  const source = join(directory, 'slow-sync.c');
  const library = join(directory, 'slow-sync.so');
  const wrap = (name: string) => `
    int ${name}(int file) {
      usleep(${microseconds});
      return ((int (*)(int)) dlsym(RTLD_NEXT, "${name}"))(file);
    }`;
  writeFileSync(
    source,
    `#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <unistd.h>${wrap('fsync')}${wrap('fdatasync')}\n`,
  );
  execFileSync('gcc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  return { LD_PRELOAD: library };
}
