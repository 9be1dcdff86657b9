import { statSync } from 'node:fs';
import type { Work } from '../work.ts';

const GIGABYTE = { parts: 1_000_000, auditEntries: 10_000_000 };

export const startWork: Work = {
  name: 'start',
  isQuick: false,
  async measure(laboratory) {
    let server = await laboratory.start('product', GIGABYTE);
    const seconds: number[] = [];
    const resident: number[] = [];
    for (let round = 0; round < laboratory.effort.rounds; round += 1) {
      server = await laboratory.restart(server);
      seconds.push(server.startSeconds);
      resident.push(server.usage().resident / 1e6);
    }
    const size = `${(statSync(server.launch.database).size / 1e9).toFixed(2)} GB`;
    return {
      findings: [
        {
          title: 'Start to first answer, database of 1 GB',
          unit: 's',
          figures: seconds,
          mark: { atMost: 0.5 },
          behind: `the database has ${size}`,
          meaning:
            'From the command to a 200 on /healthz; nothing is read or counted at the start.',
        },
        {
          title: 'Resident memory after the start',
          unit: 'MB',
          figures: resident,
          behind: `the database has ${size}`,
          meaning: 'Node, the libraries and the service, before the first request.',
        },
      ],
    };
  },
};
