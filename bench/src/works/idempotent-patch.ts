import { alternate, compare, describe, sample } from '../rounds.ts';
import type { Work } from '../work.ts';
import { fetchFrom } from './fetch-from.ts';
import { CONNECTIONS, HUNDRED_PARTS, withUniqueHeader } from './requests.ts';

export const idempotentPatchWork: Work = {
  name: 'idempotency',
  isQuick: false,
  async measure(laboratory) {
    const server = await laboratory.start('product', HUNDRED_PARTS);
    const init = {
      method: 'PATCH',
      body: '{"status":"Draft"}',
      headers: { 'Idempotency-Key': 'probe' },
    };
    await fetchFrom(server, '/v1/parts/1/status', init);
    const replay = await fetchFrom(server, '/v1/parts/1/status', init);
    if (replay.headers.get('Idempotent-Replayed') !== 'true') {
      throw new Error('the product does not know Idempotency-Key');
    }
    const subjects = [
      { name: 'with a key', header: 'Idempotency-Key' },
      { name: 'without', header: 'X-Request-Id' },
    ].map(({ name, header }) => ({
      name,
      measure: () =>
        sample(laboratory, server, {
          requests: withUniqueHeader(header),
          connections: CONNECTIONS,
        }),
    }));
    const series = await alternate(laboratory, subjects);
    return {
      findings: [
        {
          title: 'PATCH with Idempotency-Key: changes/s by those without',
          unit: 'ratio',
          figures: compare(series, 'with a key', 'without', 'perSecond'),
          mark: { atLeast: 0.75 },
          behind: describe(series, 'perSecond', '/s'),
          meaning: 'What it costs to store key and result in the transaction of the change.',
        },
      ],
    };
  },
};
