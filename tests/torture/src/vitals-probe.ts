/** Is loaded into the server, before it, and answers each message with the vitals of its process. */
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Vitals } from './vitals.ts';

const NANOSECONDS = 1e6;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

process.on('message', () => {
  const loopDelay = {
    p50: delay.percentile(50) / NANOSECONDS,
    p99: delay.percentile(99) / NANOSECONDS,
    max: delay.max / NANOSECONDS,
  };
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const vitals: Vitals = {
    loopDelay,
    memory: heapUsed + external,
    rss,
    descriptors: readdirSync('/proc/self/fd').length,
  };
  process.send?.(vitals);
  delay.reset();
});
// Listening for messages must not keep the server from ending.
process.channel?.unref();
