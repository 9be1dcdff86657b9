// Runs loads in a process of its own, so that what clients cost is not counted to a server.
import { type Load, runLoad } from './load.ts';

process.on('message', async ({ id, load }: { id: number; load: Load }) => {
  try {
    process.send?.({ id, result: await runLoad(load) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
