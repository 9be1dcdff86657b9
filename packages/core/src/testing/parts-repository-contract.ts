import { PartsError } from '../errors.ts';
import type { Part } from '../part.ts';
import type { PartStatus } from '../part-status.ts';
import type { PartsRepository } from '../ports.ts';
import type { StatusChange } from '../status-change.ts';

/** What the contract needs of a test runner; vitest, jest and bun have it. */
export interface TestRunner {
  readonly test: (title: string, run: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

/** Two parts, with the ids 1 and 2, that a repository under test holds at the start. */
export const CONTRACT_PARTS: readonly Part[] = [
  {
    id: 1,
    part_number: 'PCB-1',
    name: 'Board',
    description: 'Four layers',
    status: 'Draft',
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  },
  {
    id: 2,
    part_number: 'CBL-1',
    name: 'Cable',
    description: 'Two metres',
    status: 'Approved',
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  },
];

/** A change of part 1 to `In Review`, with overrides. */
export function buildStatusChange(overrides: Partial<StatusChange> = {}): StatusChange {
  return {
    part_id: 1,
    new_status: 'In Review',
    reason: null,
    request_id: null,
    changed_at: '2026-01-02T00:00:00.000Z',
    expected_versions: null,
    idempotency: null,
    ...overrides,
  };
}

/**
 * The tests that every implementation of the repository port must pass.
 *
 * @param open makes a repository that holds {@link CONTRACT_PARTS} and no audit entries
 */
export function testPartsRepositoryContract(
  { test, expect }: TestRunner,
  open: () => PartsRepository | Promise<PartsRepository>,
): void {
  const code = (run: Promise<unknown>) =>
    run.then(
      () => 'fulfilled',
      (error: unknown) => (error instanceof PartsError ? error.code : error),
    );
  const versions = (items: readonly { readonly version: number }[]) =>
    items.map(({ version }) => version);

  test('a part is found by its id, and an unknown id is not', async () => {
    const repository = await open();
    expect(await repository.findPart(2)).toEqual(CONTRACT_PARTS[1]);
    expect(await repository.findPart(3)).toEqual(undefined);
  });

  test('parts are listed in the order of their ids, by range and status', async () => {
    const repository = await open();
    expect(await repository.listParts({})).toEqual(CONTRACT_PARTS);
    expect(await repository.listParts({ limit: 1 })).toEqual(CONTRACT_PARTS.slice(0, 1));
    expect(await repository.listParts({ after: 1 })).toEqual(CONTRACT_PARTS.slice(1));
    expect(await repository.listParts({ status: 'Approved' })).toEqual(CONTRACT_PARTS.slice(1));
    expect(await repository.listParts({ status: 'Approved', after: 2 })).toEqual([]);
  });

  test('a walk brings every part once, as they are when it begins', async () => {
    const repository = await open();
    const walk = async (status?: PartStatus) => {
      const stretches = await Array.fromAsync(repository.walkParts({ status }));
      return stretches.flat();
    };
    expect(await walk()).toEqual(CONTRACT_PARTS);
    expect(await walk('Approved')).toEqual(CONTRACT_PARTS.slice(1));
    expect(await walk('Rejected')).toEqual([]);
    await repository.changeStatus(buildStatusChange({ new_status: 'Rejected' }));
    expect((await walk('Rejected')).length).toEqual(1);
  });

  test('a change sets status, version and time, and leaves its audit entry', async () => {
    const repository = await open();
    const { part, replayed } = await repository.changeStatus(
      buildStatusChange({ reason: 'ready', request_id: 'r-1' }),
    );
    expect(replayed).toEqual(false);
    expect(part).toEqual({
      ...CONTRACT_PARTS[0],
      status: 'In Review',
      version: 2,
      updated_at: '2026-01-02T00:00:00.000Z',
    });
    expect(await repository.findPart(1)).toEqual(part);
    expect(await repository.listAudit({})).toEqual([
      {
        id: 1,
        part_id: 1,
        old_status: 'Draft',
        new_status: 'In Review',
        version: 2,
        reason: 'ready',
        request_id: 'r-1',
        changed_at: '2026-01-02T00:00:00.000Z',
      },
    ]);
  });

  test('the times of a part never go back, whatever the clock does', async () => {
    const repository = await open();
    const at = (changed_at: string) => repository.changeStatus(buildStatusChange({ changed_at }));
    const times = [
      '2026-01-02T00:00:00.000Z',
      '2025-12-31T00:00:00.000Z',
      '2026-01-03T00:00:00.000Z',
    ];
    const results = [];
    for (const time of times) results.push(await at(time));
    const expected = [times[0], times[0], times[2]];
    expect(results.map(({ part }) => part.updated_at)).toEqual(expected);
    expect((await repository.listAudit({})).map(({ changed_at }) => changed_at)).toEqual(expected);
    expect((await repository.findPart(1))?.updated_at).toEqual(times[2]);
  });

  test('a change to the same status counts like any other', async () => {
    const repository = await open();
    await repository.changeStatus(buildStatusChange({ new_status: 'Draft' }));
    expect((await repository.findPart(1))?.version).toEqual(2);
    expect((await repository.listAudit({})).length).toEqual(1);
  });

  test('the audit is listed by part newest first, and over all parts oldest first', async () => {
    const repository = await open();
    for (const part_id of [1, 2, 1, 1]) {
      await repository.changeStatus(buildStatusChange({ part_id }));
    }
    expect(versions(await repository.listPartAudit(1, {}))).toEqual([4, 3, 2]);
    expect(versions(await repository.listPartAudit(1, { after: 4, limit: 1 }))).toEqual([3]);
    expect((await repository.listAudit({})).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect((await repository.listAudit({ after: 1, limit: 2 })).map(({ id }) => id)).toEqual([
      2, 3,
    ]);
  });

  test('concurrent changes are made one after the other, each once', async () => {
    const repository = await open();
    const changes = Array.from({ length: 20 }, () => repository.changeStatus(buildStatusChange()));
    const results = await Promise.all(changes);
    expect(results.map(({ part }) => part.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
  });

  test('a refused change leaves nothing behind', async () => {
    const repository = await open();
    const refused = [
      buildStatusChange({ part_id: 3 }),
      buildStatusChange({ expected_versions: [2, 3] }),
      buildStatusChange({ expected_versions: [] }),
    ];
    const codes = await Promise.all(refused.map((change) => code(repository.changeStatus(change))));
    expect(codes).toEqual(['part_not_found', 'version_conflict', 'version_conflict']);
    expect(await code(repository.changeStatus(buildStatusChange(), { aborted: true }))).toEqual(
      'cancelled',
    );
    expect(await repository.listParts({})).toEqual(CONTRACT_PARTS);
    expect(await repository.listAudit({})).toEqual([]);
  });

  test('a change is made when the part has an expected version', async () => {
    const repository = await open();
    const change = buildStatusChange({ expected_versions: [7, 1] });
    expect((await repository.changeStatus(change)).part.version).toEqual(2);
  });

  test('a retry with its idempotency key brings the first result, whatever came between', async () => {
    const repository = await open();
    const change = buildStatusChange({
      expected_versions: [1],
      idempotency: { key: 'k', fingerprint: 'f' },
    });
    const first = await repository.changeStatus(change);
    await repository.changeStatus(buildStatusChange({ new_status: 'Rejected' }));
    expect(await repository.changeStatus(change)).toEqual({ part: first.part, replayed: true });
    expect((await repository.listAudit({})).length).toEqual(2);
  });

  test('an idempotency key belongs to one request and one part, and only when it succeeded', async () => {
    const repository = await open();
    const claim = (fingerprint: string) => ({ idempotency: { key: 'k', fingerprint } });
    const failing = buildStatusChange({ ...claim('f'), expected_versions: [9] });
    expect(await code(repository.changeStatus(failing))).toEqual('version_conflict');
    await repository.changeStatus(buildStatusChange(claim('g')));
    expect(await code(repository.changeStatus(buildStatusChange(claim('h'))))).toEqual(
      'idempotency_key_reused',
    );
    const other = await repository.changeStatus(buildStatusChange({ part_id: 2, ...claim('h') }));
    expect(other.replayed).toEqual(false);
  });
}
