import { alternate, compare, describe, sample } from '../rounds.ts';
import type { Work } from '../work.ts';
import { CONNECTIONS, getPart, HUNDRED_PARTS, patchPart } from './requests.ts';

/** Few and evenly spaced, so that the watched requests are no load themselves. */
const WATCHED = { requests: getPart, connections: 8, rate: 400 };

export const getWhilePatchWork: Work = {
  name: 'get-while-patch',
  isQuick: true,
  async measure(laboratory) {
    const server = await laboratory.start('product', HUNDRED_PARTS);
    const { seconds } = laboratory.effort;
    const subjects = [
      { name: 'alone', beside: undefined },
      { name: 'beside 32 GET', beside: getPart },
      { name: 'beside 32 PATCH', beside: patchPart },
    ].map(({ name, beside }) => ({
      name,
      async measure() {
        const load = { requests: beside ?? [], connections: CONNECTIONS, seconds };
        const [watched] = await Promise.all([
          sample(laboratory, server, WATCHED),
          laboratory.loadBeside(server, load),
        ]);
        return watched;
      },
    }));
    const series = await alternate(laboratory, subjects);
    return {
      findings: [
        {
          title: 'GET p99 while 32 connections PATCH, by that under equal load of GET',
          unit: 'ratio',
          figures: compare(series, 'beside 32 PATCH', 'beside 32 GET', 'p99'),
          mark: { atMost: 2 },
          behind: describe(series, 'p99', 'ms'),
          meaning:
            'How far readers wait for writers. Equal load is as many connections that are never idle.',
        },
      ],
    };
  },
};
