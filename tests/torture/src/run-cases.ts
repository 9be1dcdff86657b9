import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokenPromise, NotPossibleHere } from './broken-promise.ts';
import type { Options } from './options.ts';
import { createRandom } from './random.ts';
import { killRemainingServers } from './server-process.ts';
import { unmountAll } from './small-disk.ts';
import { createTally, type Tally } from './tally.ts';
import type { TortureCase } from './torture-case.ts';

export interface Result {
  readonly name: string;
  readonly promise: string;
  readonly tally: Tally;
  readonly seconds: number;
  readonly verdict: 'kept' | 'broken' | 'not run';
  /** Why, unless the promise was kept. */
  readonly reason?: string;
}

/** Runs the cases one after the other, up to the first broken promise. */
export async function runCases(cases: readonly TortureCase[], options: Options): Promise<Result[]> {
  const results: Result[] = [];
  for (const torture of cases) {
    console.log(`${torture.name}: ${torture.promise}`);
    const result = await runCase(torture, options);
    results.push(result);
    console.log(
      `  ${result.verdict} after ${result.seconds.toFixed(1)} s${result.reason ? `\n  ${result.reason}` : ''}`,
    );
    if (result.verdict === 'broken') break;
  }
  return results;
}

async function runCase(torture: TortureCase, { seed, quick }: Options): Promise<Result> {
  const { name, promise, limit } = torture;
  const directory = await mkdtemp(join(tmpdir(), `torture-${name}-`));
  const tally = createTally();
  const startedAt = performance.now();
  const finish = (verdict: Result['verdict'], reason?: string): Result => ({
    name,
    promise,
    tally,
    seconds: (performance.now() - startedAt) / 1000,
    verdict,
    ...(reason !== undefined && { reason }),
  });

  try {
    await Promise.race([
      torture.run({
        random: createRandom(seed).fork(name),
        tally,
        directory,
        choose: (short, long) => (quick ? short : long),
      }),
      failAfter(quick ? limit.quick : limit.long),
    ]);
    await rm(directory, { recursive: true });
    return finish('kept');
  } catch (error) {
    if (error instanceof NotPossibleHere) {
      await rm(directory, { recursive: true });
      return finish('not run', error.message);
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return finish('broken', `${message}\n  the files are in ${directory}`);
  } finally {
    await killRemainingServers();
    unmountAll();
  }
}

async function failAfter(seconds: number): Promise<never> {
  await delay(seconds * 1000, undefined, { ref: false });
  throw new BrokenPromise(`the case ends within ${seconds} s`, 'it does not');
}
