import type { Laboratory, LoadShape } from '../laboratory.ts';
import { alternate, compare, describe, type Series, sample } from '../rounds.ts';
import type { Work } from '../work.ts';
import { CONNECTIONS, HUNDRED_PARTS, patchPart } from './requests.ts';

const MANY = { parts: 100, auditEntries: 5_000_000 };

export const auditSizeWork: Work = {
  name: 'audit-size',
  isQuick: false,
  async measure(laboratory) {
    const changes = await alternateSizes(laboratory, {
      requests: patchPart,
      connections: CONNECTIONS,
    });
    const stats = await alternateSizes(laboratory, {
      requests: [{ method: 'GET', path: '/debug/stats' }],
      connections: CONNECTIONS,
    });
    return {
      findings: [
        {
          title: 'PATCH with 5,000,000 audit rows: median latency by that with none',
          unit: 'ratio',
          figures: compare(changes, '5,000,000', 'none', 'p50'),
          mark: { atMost: 1.15 },
          behind: describe(changes, 'p50', 'ms'),
          meaning: 'History may grow without making changes slower.',
        },
        {
          title: 'GET /debug/stats with 5,000,000 audit rows: CPU time by that with none',
          unit: 'ratio',
          figures: compare(stats, '5,000,000', 'none', 'cpu'),
          mark: { atMost: 1.15 },
          behind: describe(stats, 'cpu', 'µs'),
          meaning: 'The count of the audit is known, not counted.',
        },
      ],
    };
  },
};

async function alternateSizes(laboratory: Laboratory, shape: LoadShape): Promise<Series[]> {
  const subjects = [];
  for (const { name, size } of [
    { name: 'none', size: HUNDRED_PARTS },
    { name: '5,000,000', size: MANY },
  ]) {
    const server = await laboratory.start('product', size);
    subjects.push({ name, measure: () => sample(laboratory, server, shape) });
  }
  const series = await alternate(laboratory, subjects);
  await laboratory.clear();
  return series;
}
