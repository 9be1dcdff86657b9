import { expect, test } from 'vitest';
import { decideChange } from './decide-change.ts';
import { restoreVersion } from './restore-version.ts';
import { buildStatusChange, CONTRACT_PARTS } from './testing/index.ts';

test('restores every version of a part byte for byte, whatever came later', () => {
  let part = CONTRACT_PARTS[0];
  const versions = (['In Review', 'Approved', 'Draft'] as const).map((status, index) => {
    const changedAt = `2026-01-0${index + 2}T00:00:00.000Z`;
    const { part: after, entry } = decideChange(part, buildStatusChange({ status, changedAt }));
    if (!entry) throw new Error('a change without an entry');
    part = after;
    return { after, entry: { id: index + 1, ...entry } };
  });
  const history = versions.map(({ entry }) => entry).reverse();
  for (const { after } of versions) {
    const restored = part && restoreVersion(part, after.version, history);
    expect(JSON.stringify(restored)).toBe(JSON.stringify(after));
  }
  expect(part && restoreVersion(part, 1, history)).toEqual(CONTRACT_PARTS[0]);
});
