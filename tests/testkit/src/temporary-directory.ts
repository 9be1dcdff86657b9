import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Takes a task that is to be done later, the last one first. */
export type CleanUp = (task: () => Promise<void> | void) => void;

/** A new empty directory, removed after the test. */
export async function createTemporaryDirectory(cleanUp: CleanUp = onTestFinished): Promise<string> {
  // The name that a process in it sees as well, where the directory for such files is a link.
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'parts-test-')));
  cleanUp(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
