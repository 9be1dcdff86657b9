import { compare, describe } from '../rounds.ts';
import type { Work } from '../work.ts';
import { alternateContenders } from './contenders.ts';
import { CONNECTIONS, getPart, HUNDRED_PARTS } from './requests.ts';

export const getPartWork: Work = {
  name: 'get',
  isQuick: true,
  async measure(laboratory) {
    const load = { requests: getPart, connections: CONNECTIONS };
    const series = await alternateContenders(laboratory, HUNDRED_PARTS, load);
    return {
      findings: [
        {
          title: 'GET one part, 32 connections: requests/s by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'perSecond'),
          mark: { atLeast: 0.85 },
          behind: describe(series, 'perSecond', '/s'),
          meaning:
            'How much of what bare Node reaches is left with routing, request ids, metrics and errors on top.',
        },
        {
          title: 'GET one part: CPU time for each request by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'cpu'),
          mark: { atMost: 1.2 },
          behind: describe(series, 'cpu', 'µs'),
          meaning: 'The same as a cost, which does not depend on how busy the clients are.',
        },
        {
          title: 'GET one part: most memory by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'peak'),
          behind: describe(series, 'peak', 'MB'),
          meaning: 'What the libraries weigh while they work.',
        },
      ],
    };
  },
};
