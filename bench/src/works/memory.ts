import type { Work } from '../work.ts';
import { CONNECTIONS, getPart, HUNDRED_PARTS, patchPart } from './requests.ts';

const STRETCH = 100_000;
const STRETCHES = 10;

/** One change after nine reads. */
const MIXED = getPart.map((request, index) =>
  index % 10 === 9 ? (patchPart[index] ?? request) : request,
);

export const memoryWork: Work = {
  name: 'memory',
  isQuick: false,
  async measure(laboratory) {
    const server = await laboratory.start('product', HUNDRED_PARTS);
    const resident: number[] = [];
    for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
      const load = { requests: MIXED, connections: CONNECTIONS, count: STRETCH };
      await laboratory.load(server, load);
      server.dropLog();
      resident.push(server.usage().resident / 1e6);
    }
    const [, second = Number.NaN] = resident;
    const last = resident.at(-1) ?? Number.NaN;
    return {
      findings: [
        {
          title: 'Resident memory after a million requests',
          unit: 'MB',
          figures: [last],
          behind: `after each 100,000: ${resident.map((megabytes) => megabytes.toFixed(0)).join(', ')}`,
          meaning: 'Nine reads, then a change, from 32 connections.',
        },
        {
          title: 'Growth of resident memory between the second and the last 100,000 requests',
          unit: 'MB',
          figures: [last - second],
          // What the garbage collector leaves lying about differs by as much.
          mark: { atMost: 5 },
          behind: `${second.toFixed(0)} MB, then ${last.toFixed(0)} MB`,
          meaning: 'Nothing is kept of a request that was answered.',
        },
      ],
    };
  },
};
