import { expect, test } from 'vitest';
import { AuditDigestError, hashAudit } from './audit-digest.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditBatch, AuditLog } from './audit-log.ts';

const EPOCH = 'ab12';

const entry = (id: number, overrides: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  part_id: 7,
  kind: 'part_edited',
  old_status: 'Draft',
  new_status: 'Draft',
  version: id + 1,
  changes: { name: ['é "x"', 'y\n'], description: [null, '\u2028'] },
  actor: 'ada',
  reason: null,
  request_id: null,
  changed_at: '2027-01-01T00:00:00.000Z',
  ...overrides,
});

/** An audit as another engine could have it, with 1,000 entries at the most in a batch. */
function auditOf(entries: readonly AuditEntry[]): Pick<AuditLog, 'findEnd' | 'readAfter'> {
  return {
    findEnd: async () => ({ epoch: EPOCH, id: entries.at(-1)?.id ?? 0 }),
    async readAfter({ id }, limit): Promise<AuditBatch> {
      const batch = entries.filter((entry) => entry.id > id).slice(0, limit);
      return {
        entries: batch,
        position: { epoch: EPOCH, id: batch.at(-1)?.id ?? id },
        isReset: false,
      };
    },
  };
}

/** All that a hash would get. */
async function hashed(
  audit: Pick<AuditLog, 'findEnd' | 'readAfter'>,
  until?: number,
): Promise<string> {
  let all = '';
  const hash = {
    update(text: string) {
      all += text;
    },
  };
  await hashAudit(audit, hash, until);
  return all;
}

const digest = (entries: readonly AuditEntry[], until?: number) => hashed(auditOf(entries), until);

test('the canonical form is a line for the position and one for each entry, with sorted members', async () => {
  const lines: string[] = [];
  const hash = { update: (text: string) => lines.push(text) };
  expect(await hashAudit(auditOf([entry(1)]), hash)).toEqual({ epoch: EPOCH, id: 1 });
  expect(lines).toEqual([
    '{"epoch":"ab12","last_id":1}\n',
    '{"actor":"ada","changed_at":"2027-01-01T00:00:00.000Z","changes":{"description":[null,"\u2028"],"name":["é \\"x\\"","y\\n"]},"id":1,"kind":"part_edited","new_status":"Draft","old_status":"Draft","part_id":7,"reason":null,"request_id":null,"version":2}\n',
  ]);
});

test('the digest does not depend on the order in which an engine keeps members', async () => {
  const { changes, ...others } = entry(1);
  const turned = {
    changes: Object.fromEntries(Object.entries(changes ?? {}).reverse()),
    ...others,
  };
  expect(await digest([turned])).toBe(await digest([entry(1)]));
});

test.for(Object.keys(entry(1)).filter((member) => member !== 'id'))(
  'another %s is another digest',
  async (member) => {
    const other = { ...entry(1), [member]: member === 'changes' ? { name: ['a', 'b'] } : 'other' };
    expect(await digest([other])).not.toBe(await digest([entry(1)]));
  },
);

test('a long history has the digest of its beginning up to each entry', async () => {
  const long = Array.from({ length: 2500 }, (_, index) => entry(index + 1));
  for (const until of [0, 1, 999, 1000, 1001, 2500]) {
    expect(await digest(long, until)).toBe(await digest(long.slice(0, until)));
  }
  expect(await digest(long)).toBe(await digest(long, 2500));
});

test.for([
  ['a gap', [entry(1), entry(3)], undefined, 'entry 2 is missing'],
  ['a beginning that is gone', [entry(2)], undefined, 'entry 1 is missing'],
  ['an end that is gone', [entry(1)], 2, 'there is no entry 2: the audit ends at 1'],
] as const)('%s has no digest', async ([, entries, until, message]) => {
  const error = new AuditDigestError(message);
  await expect(digest(entries, until)).rejects.toThrow(error);
});

test('a reset while the history is read has no digest', async () => {
  const audit = auditOf([entry(1)]);
  const reset: typeof audit = {
    ...audit,
    readAfter: async (from, limit) => ({ ...(await audit.readAfter(from, limit)), isReset: true }),
  };
  await expect(hashed(reset)).rejects.toThrow('was reset meanwhile');
});
