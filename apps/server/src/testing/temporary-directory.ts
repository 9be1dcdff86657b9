import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty directory, removed when `cleanUp` says so: after the test. */
export async function createTemporaryDirectory(cleanUp = onTestFinished): Promise<string> {
  // The name that a process in it sees as well, where the directory for such files is a link.
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'parts-server-')));
  cleanUp(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
