import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildStatusChange } from '@parts/core/testing';
import { onTestFinished } from 'vitest';

const OPEN_STORAGE = JSON.stringify(import.meta.resolve('../open-storage.ts'));
const CHANGE = JSON.stringify(buildStatusChange());

/** Opens the database, changes a part, says so, and stays until its standard input ends. */
const PROGRAM = `
  const { openStorage } = await import(${OPEN_STORAGE});
  const [path, count] = process.argv.slice(1);
  const storage = await openStorage(path);
  for (let change = 0; change < Number(count); change += 1) {
    await storage.parts.change(${CHANGE});
  }
  console.log('changed');
  process.stdin.on('end', () => storage.close()).resume();
`;

/**
 * Lets another process make changes. SQLite's locks and shared memory are of processes, so a
 * second connection of this one would not do.
 *
 * @returns functions that let it close the database, or kill it, and wait for its end
 */
export async function changeInOtherProcess(path: string, count: number) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, path, `${count}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
  if (`${line}` !== 'changed\n') throw new Error(`the other process ended: ${line}`);
  return {
    async end() {
      child.stdin.end();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
