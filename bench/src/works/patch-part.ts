import { compare, describe } from '../rounds.ts';
import type { Work } from '../work.ts';
import { alternateContenders } from './contenders.ts';
import { CONNECTIONS, HUNDRED_PARTS, patchPart } from './requests.ts';

export const patchTogetherWork: Work = {
  name: 'patch-32',
  isQuick: true,
  async measure(laboratory) {
    const load = { requests: patchPart, connections: CONNECTIONS };
    const series = await alternateContenders(laboratory, HUNDRED_PARTS, load);
    return {
      findings: [
        {
          title: 'PATCH, durable, 32 connections: changes/s by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'perSecond'),
          mark: { atLeast: 5 },
          behind: describe(series, 'perSecond', '/s'),
          meaning: 'What it brings that concurrent changes share one sync of the disk.',
        },
        {
          title: 'PATCH, durable, 32 connections: p99 by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'p99'),
          mark: { atMost: 1 / 3 },
          behind: describe(series, 'p99', 'ms'),
          meaning: 'The same for who waits longest.',
        },
        {
          title: 'PATCH, 32 connections: CPU time for each change by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'cpu'),
          behind: describe(series, 'cpu', 'µs'),
          meaning: 'Sharing also saves the work of beginning and ending transactions.',
        },
      ],
    };
  },
};

export const patchAloneWork: Work = {
  name: 'patch-1',
  isQuick: true,
  async measure(laboratory) {
    const load = { requests: patchPart, connections: 1 };
    const series = await alternateContenders(laboratory, HUNDRED_PARTS, load);
    return {
      findings: [
        {
          title: 'PATCH, durable, 1 connection: median latency by the floor’s',
          unit: 'ratio',
          figures: compare(series, 'product', 'floor', 'p50'),
          mark: { atMost: 1.15 },
          behind: describe(series, 'p50', 'ms'),
          meaning: 'What a single client pays for the readiness to share a commit.',
        },
      ],
    };
  },
};
