import { partSchema } from '@parts/core';
import { createTemporaryDirectory, type ServerProcess, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { type AuditRow, readFileContent } from './testing/database-file.ts';

const ROUNDS = 4;
const WRITERS = 8;
const CHANGES_PER_ROUND = 150;
const PARTS = 12;
const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];

interface Acknowledged {
  readonly part_id: number;
  readonly new_status: string;
  readonly version: number;
  readonly request_id: string;
}

/** Changes parts from many sides until enough changes are acknowledged, then kills the server in the midst of it. */
async function writeUntilKilled(server: ServerProcess, round: number): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];

  async function write(writer: number): Promise<void> {
    for (let i = 0; ; i++) {
      const part_id = ((writer + i) % PARTS) + 1;
      const request_id = `${round}-${writer}-${i}`;
      const status = STATUSES[(writer * 7 + i * 3 + round) % STATUSES.length] ?? '';
      const response = await server.changeStatus(part_id, status, {
        headers: { 'X-Request-Id': request_id },
      });
      expect(response.status).toBe(200);
      const part = partSchema.parse(await response.json());
      acknowledged.push({ part_id, new_status: part.status, version: part.version, request_id });
      if (acknowledged.length === CHANGES_PER_ROUND) server.kill('SIGKILL');
    }
  }

  const outcomes = await Promise.allSettled(Array.from({ length: WRITERS }, (_, i) => write(i)));
  for (const { reason } of outcomes.filter((outcome) => outcome.status === 'rejected')) {
    expect(reason, 'ended by the kill alone').toBeInstanceOf(TypeError);
  }
  expect(await server.exit).toEqual({ code: null, signal: 'SIGKILL' });
  return acknowledged;
}

test('kill -9 during concurrent writes loses no acknowledged change and breaks no audit chain', async () => {
  const directory = await createTemporaryDirectory();
  const acknowledged: Acknowledged[] = [];
  let server = await startServer({ directory });
  const seeded = readFileContent(server.databasePath).parts;

  for (let round = 0; round < ROUNDS; round++) {
    acknowledged.push(...(await writeUntilKilled(server, round)));
    server = await startServer({ directory });
    const { integrity, parts, audit } = readFileContent(server.databasePath);

    expect(integrity).toBe('ok');
    const byRequest = new Map(audit.map((row) => [row.request_id, row]));
    for (const change of acknowledged) {
      expect(byRequest.get(change.request_id)).toMatchObject(change);
    }
    // A change may be kept whose answer did not arrive: one for each writer and kill.
    expect(audit.length).toBeLessThanOrEqual(acknowledged.length + WRITERS * (round + 1));

    for (const [index, part] of parts.entries()) {
      const chain = audit.filter(({ part_id }) => part_id === part.id);
      expect(chain.map(({ version }) => version)).toEqual(chain.map((_, i) => i + 2));
      expect(chain.map(({ old_status }) => old_status)).toEqual(
        previousStatuses(chain, seeded[index]?.status),
      );
      expect(part).toMatchObject({
        version: chain.length + 1,
        status: chain.at(-1)?.new_status ?? seeded[index]?.status,
      });
    }
  }
});

/** What each change has to have found: the status that the one before it left. */
function previousStatuses(chain: readonly AuditRow[], first: string | undefined) {
  return [first, ...chain.map(({ new_status }) => new_status)].slice(0, chain.length);
}
