import type { Part, PartStatus } from '@parts/core';

/** One request and its answer, for one part. Times are of one clock, outside of the service. */
export interface Operation {
  readonly kind: 'change' | 'read';
  readonly begunAt: number;
  /** Infinity when there was no answer. */
  readonly endedAt: number;
  /** What was asked for or seen; undefined when the answer told only the version. */
  readonly status: PartStatus | undefined;
  /** What the answer told; undefined when there was no answer. */
  readonly version: number | undefined;
}

type Answered = Operation & { readonly version: number };

/**
 * Says why no order of the operations on one part explains all answers, or undefined when one
 * does: an order in which each operation takes effect at one moment between its begin and its end.
 *
 * Since each change tells the version that it made, the order of the changes is known. It is left
 * to check that real time does not contradict it, that readers saw the status that belongs to the
 * version, and that each version that nobody answered for can be a change without an answer.
 */
export function explainViolation(
  operations: readonly Operation[],
  initial: Pick<Part, 'status' | 'version'>,
): string | undefined {
  const answered = operations.filter(
    (operation): operation is Answered => operation.version !== undefined,
  );
  return (
    findStatusConflict(answered, initial) ??
    findTimeConflict(answered) ??
    findUnexplainedVersion(operations, answered, initial.version)
  );
}

/** Each version has one status and at most one change. */
function findStatusConflict(
  answered: readonly Answered[],
  initial: Pick<Part, 'status' | 'version'>,
) {
  const statuses = new Map<number, PartStatus>([[initial.version, initial.status]]);
  const changes = new Map<number, Answered>();
  for (const operation of answered) {
    const { kind, version, status } = operation;
    if (kind === 'change') {
      const twin = changes.get(version);
      if (twin || version <= initial.version)
        return tell('two changes made one version', twin, operation);
      changes.set(version, operation);
    }
    if (status === undefined) continue;
    const known = statuses.get(version) ?? status;
    if (known !== status) return tell(`version ${version} is also ${known}`, operation);
    statuses.set(version, status);
  }
  return undefined;
}

/** What begins after another has ended comes after it. */
function findTimeConflict(answered: readonly Answered[]) {
  const byBegin = answered.toSorted((a, b) => a.begunAt - b.begunAt);
  const byEnd = answered.toSorted((a, b) => a.endedAt - b.endedAt);
  let newest: Answered | undefined;
  let ended = 0;
  for (const operation of byBegin) {
    for (let next = byEnd[ended]; next && next.endedAt < operation.begunAt; next = byEnd[++ended]) {
      if (!newest || next.version > newest.version) newest = next;
    }
    const oldest = operation.version - (operation.kind === 'change' ? 1 : 0);
    if (newest && newest.version > oldest) return tell('the past came back', newest, operation);
  }
  return undefined;
}

/** A version that no answer claims was made by a change without an answer, by each at most one. */
function findUnexplainedVersion(
  operations: readonly Operation[],
  answered: readonly Answered[],
  first: number,
) {
  const lost = operations.filter(({ kind, version }) => kind === 'change' && version === undefined);
  const claimed = new Set(answered.filter(({ kind }) => kind === 'change').map((o) => o.version));
  const newest = Math.max(first, ...answered.map(({ version }) => version));
  const makers = new Map<Operation, number>();

  for (let version = first + 1; version <= newest; version++) {
    if (!claimed.has(version) && !assign(version, new Set())) {
      return tell(`nobody can have made version ${version}`, ...lost);
    }
  }
  return undefined;

  /** Finds a maker, and another version for him when he has one already (a bipartite matching). */
  function assign(version: number, tried: Set<Operation>): boolean {
    const status = answered.find((o) => o.version === version && o.status)?.status;
    const seenAt = Math.min(...answered.filter((o) => o.version >= version).map((o) => o.endedAt));
    for (const maker of lost) {
      if (tried.has(maker) || maker.begunAt > seenAt) continue;
      if (status !== undefined && maker.status !== status) continue;
      tried.add(maker);
      const other = makers.get(maker);
      if (other === undefined || assign(other, tried)) {
        makers.set(maker, version);
        return true;
      }
    }
    return false;
  }
}

function tell(what: string, ...operations: readonly (Operation | undefined)[]): string {
  return `${what}: ${JSON.stringify(operations.slice(0, 10))}`;
}
