import { compare, describe } from '../rounds.ts';
import type { Work } from '../work.ts';
import { alternateContenders } from './contenders.ts';
import { CONNECTIONS, getList, HUNDRED_PARTS } from './requests.ts';

export const listPartsWork: Work = {
  name: 'list',
  isQuick: true,
  async measure(laboratory) {
    const load = { requests: getList, connections: CONNECTIONS };
    const series = await alternateContenders(laboratory, HUNDRED_PARTS, load);
    return {
      findings: [
        {
          title: 'List of 100 parts, 32 connections: requests/s by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'perSecond'),
          mark: { atLeast: 0.9 },
          behind: describe(series, 'perSecond', '/s'),
          meaning: 'What it costs to turn rows into parts and parts into JSON.',
        },
      ],
    };
  },
};
