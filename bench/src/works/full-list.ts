import type { Laboratory } from '../laboratory.ts';
import { alternate, compare, describe, type Sample, sample, valuesOf } from '../rounds.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Work } from '../work.ts';
import { getList, getPart } from './requests.ts';

const MILLION_PARTS = { parts: 1_000_000, auditEntries: 0 };

/** Other clients, few and evenly spaced. */
const OTHERS = { requests: getPart, connections: 4, rate: 200 };

export const fullListWork: Work = {
  name: 'full-list',
  isQuick: false,
  async measure(laboratory) {
    const product = await laboratory.start('product', MILLION_PARTS);
    const floor = await laboratory.start('floor', MILLION_PARTS);
    const others: Sample[] = [];
    const growths: number[] = [];
    const series = await alternate(laboratory, [
      {
        name: 'product',
        async measure() {
          const residentBefore = product.usage().resident;
          const [list, meanwhile] = await sampleList(laboratory, product);
          others.push(meanwhile);
          growths.push(list.peak - residentBefore / 1e6);
          return list;
        },
      },
      { name: 'floor', measure: async () => (await sampleList(laboratory, floor))[0] },
    ]);
    // Those before were there to warm up.
    const { rounds } = laboratory.effort;
    const measured = others.slice(-rounds);
    return {
      findings: [
        {
          title: 'Full list of 1,000,000 parts: MB/s by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'megabytesPerSecond'),
          mark: { atLeast: 1 },
          behind: describe(series, 'megabytesPerSecond', 'MB/s'),
          meaning: 'The floor streams pages of 500 from a snapshot, too.',
        },
        {
          title: 'Full list of 1,000,000 parts: growth of resident memory',
          unit: 'MB',
          figures: growths.slice(-rounds),
          mark: { atMost: 64 },
          behind: describe(series, 'peak', 'MB at most'),
          meaning: 'A list is streamed; nobody holds it whole.',
        },
        {
          title: 'Full list of 1,000,000 parts: first byte',
          unit: 'ms',
          figures: valuesOf(series, 'product', 'firstByte'),
          mark: { atMost: 50 },
          behind: describe(series, 'firstByte', 'ms'),
          meaning: 'A client can begin to read at once.',
        },
        {
          title: 'Other clients’ GET p99 during full lists',
          unit: 'ms',
          figures: measured.map(({ p99 }) => p99),
          mark: { atMost: 10 },
          behind: describe([{ name: 'product', samples: measured }], 'p50', 'ms median'),
          meaning: 'A list takes turns with everybody else.',
        },
      ],
    };
  },
};

/** The list, again and again on one connection, and what other clients see meanwhile. */
async function sampleList(
  laboratory: Laboratory,
  server: ServerProcess,
): Promise<[Sample, Sample]> {
  const { seconds } = laboratory.effort;
  const list = sample(laboratory, server, { requests: getList, connections: 1 });
  const others = await laboratory.loadBeside(server, { ...OTHERS, seconds });
  const listed = await list;
  return [listed, { ...listed, ...others }];
}
