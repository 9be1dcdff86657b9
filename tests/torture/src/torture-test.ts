import { join } from 'node:path';
import { createRandom, createTemporaryDirectory, type Random } from '@parts/testkit';
import { test as base, inject, onTestFinished } from 'vitest';
import { type Capability, isMissing } from './environment.ts';

/** What a test counts, for the report. */
export interface Tally {
  requests: number;
  /** Changes that were answered with 200. */
  acknowledged: number;
  /** Answers 503. */
  refused: number;
  readonly figures: Record<string, string | number>;
}

declare module 'vitest' {
  interface TaskMeta {
    tally?: Tally;
  }
  interface ProvidedContext {
    seed: string;
    isQuick: boolean;
  }
}

export interface Torture {
  readonly random: Random;
  readonly tally: Tally;
  /** Exists, is empty and belongs to this test alone. */
  readonly directory: string;
  /** The path of a database that does not exist yet. */
  nextDatabasePath(): string;
  /** `quick` in a quick run, else `long`. */
  choose<T>(quick: T, long: T): T;
  /** Skips the test where the machine lacks what it needs. */
  requires(...capabilities: readonly Capability[]): void;
}

export const test = base.extend<{ torture: Torture }>({
  torture: async ({ task, skip }, use) => {
    const directory = await createTemporaryDirectory(onTestFinished);
    let databases = 0;
    const tally: Tally = { requests: 0, acknowledged: 0, refused: 0, figures: {} };
    task.meta.tally = tally;
    await use({
      random: createRandom(`${inject('seed')}/${task.name}`),
      tally,
      directory,
      nextDatabasePath: () => join(directory, `${++databases}.db`),
      choose: (quick, long) => (inject('isQuick') ? quick : long),
      requires(...capabilities) {
        const missing = capabilities.filter(isMissing);
        if (missing.length > 0) skip(`this machine lacks: ${missing.join(', ')}`);
      },
    });
  },
});
