import { expect, test } from 'vitest';
import { judge } from './report.ts';

test.for([
  [true, ['passed', 'passed'], 'kept'],
  [true, ['passed', 'skipped'], 'kept, 1 not run'],
  [true, ['skipped', 'skipped'], 'not run'],
  [true, ['pending'], 'not run'],
  [true, [], 'not run'],
  [false, ['failed', 'skipped'], 'broken, 1 not run'],
  [false, [], 'broken'],
] as const)(
  'a scenario that is %s with the tests %j is reported as %s',
  ([isOk, states, verdict]) => {
    expect(judge(isOk, states)).toBe(verdict);
  },
);
