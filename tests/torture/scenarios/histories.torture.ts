import { type Fault, injectFault } from '../src/inject-fault.ts';
import { test } from '../src/torture-test.ts';

const CROWD = { parts: 2, writers: 10, readers: 8, feeds: 2, givesUp: 0.03 };

const FAULTS: readonly Fault[] = [
  {
    name: 'clients that meet on few parts and give up now and then',
    changes: 'acknowledged',
    traffic: CROWD,
    async inject({ traffic }) {
      await traffic.untilAcknowledged(300);
      return undefined;
    },
  },
  {
    name: 'the same clients when the server is killed',
    changes: 'unanswered',
    traffic: CROWD,
    async inject({ server, traffic }) {
      await traffic.untilAcknowledged(100);
      await server.end('SIGKILL');
      return undefined;
    },
  },
];

test.for(FAULTS)('one order explains every answer: $name', async (fault, { torture }) => {
  for (let round = 0; round < torture.choose(2, 50); round++) {
    await injectFault(fault, torture);
  }
});
