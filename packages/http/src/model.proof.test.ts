import type { CleanUp } from '@parts/testkit';
import fc from 'fast-check';
import { test } from 'vitest';
import { createMetrics } from './debug/metrics.ts';
import { actions } from './testing/model/actions.ts';
import { checkAgainstModel } from './testing/model/check-against-model.ts';
import { createEmptyDatabase } from './testing/open-app.ts';

/** How many sequences are tried: enough for some seconds. More find more. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 60);

/**
 * Decides which sequences. The same by default, so that what fails was broken by the last
 * change. A failure names its seed, and with it comes again.
 */
const SEED = Number(process.env['MODEL_SEED'] ?? 1);

/** Room for making a sequence that fails shorter, which takes many more runs. */
const TIMEOUT = 120_000 + RUNS * 1000;

test('every answer is the one of the model, whatever came before', {
  timeout: TIMEOUT,
}, async () => {
  // Each would look at the event loop for the rest of the process.
  const metrics = createMetrics(() => ({}));
  const property = fc.asyncProperty(actions, fc.boolean(), async (actions, isTeam) => {
    const tasks: Parameters<CleanUp>[0][] = [];
    try {
      const database = await createEmptyDatabase((task) => tasks.push(task));
      await checkAgainstModel(actions, { database, metrics }, isTeam);
    } finally {
      for (const task of tasks) await task();
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
});
