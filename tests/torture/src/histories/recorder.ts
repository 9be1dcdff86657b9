import { PART_STATUSES, type Part } from '@parts/core';
import { BrokenPromise, promise } from '../broken-promise.ts';
import type { Answer, HttpClient } from '../http-client.ts';
import type { Random } from '../random.ts';
import type { Operation } from './linearizability.ts';

/** Sends random requests and writes down what each client saw of each part. */
export interface Recorder {
  readonly operations: ReadonlyMap<number, readonly Operation[]>;
  /** Sends one request; a lost connection is part of the history and not an error. */
  act(client: HttpClient): Promise<void>;
  /** Reads every part, as one more operation on each. */
  readAll(client: HttpClient): Promise<void>;
}

export function createRecorder(partIds: readonly number[], random: Random): Recorder {
  const operations = new Map<number, Operation[]>(partIds.map((id) => [id, []]));
  /** The newest entity tag that any client has seen of a part. */
  const tags = new Map<number, string>();

  async function change(client: HttpClient): Promise<void> {
    const id = random.pick(partIds);
    const status = random.pick(PART_STATUSES);
    const begunAt = performance.now();
    const tag = random.chance(0.3) ? tags.get(id) : undefined;
    const lost = { kind: 'change', begunAt, endedAt: Number.POSITIVE_INFINITY, status } as const;
    let answer: Answer;
    try {
      answer = await client.send(`/v1/parts/${id}/status`, {
        method: 'PATCH',
        body: JSON.stringify({ status }),
        ...(tag !== undefined && { headers: { 'If-Match': tag } }),
        ...(random.chance(0.03) && { signal: AbortSignal.timeout(random.integer(1, 8)) }),
      });
    } catch (error) {
      rethrowBroken(error);
      operations.get(id)?.push({ ...lost, version: undefined });
      return;
    }
    const endedAt = performance.now();
    if (answer.status === 200) {
      const { version } = JSON.parse(answer.text) as Part;
      operations.get(id)?.push({ ...lost, endedAt, version });
      remember(id, answer);
      const follows = tag === undefined || version === versionOf(tag) + 1;
      promise(follows, `If-Match ${tag} lets only the next version pass`, () => answer.text);
    } else if (answer.status === 412 && tag !== undefined) {
      const version = versionOf(answer.headers.etag ?? '');
      operations.get(id)?.push({ kind: 'read', begunAt, endedAt, status: undefined, version });
      promise(
        version !== versionOf(tag),
        `412 means another version than ${tag}`,
        () => answer.headers,
      );
    }
    // Everything else refused the change.
  }

  async function read(client: HttpClient, path: string): Promise<void> {
    const begunAt = performance.now();
    const answer = await client.send(path).catch(rethrowBroken);
    if (answer?.status !== 200) return;
    const endedAt = performance.now();
    const body = JSON.parse(answer.text) as Part | Part[];
    for (const { id, status, version } of Array.isArray(body) ? body : [body]) {
      operations.get(id)?.push({ kind: 'read', begunAt, endedAt, status, version });
      if (!Array.isArray(body)) remember(id, answer);
    }
  }

  function remember(id: number, { headers: { etag } }: Answer): void {
    if (etag !== undefined) tags.set(id, etag);
  }

  return {
    operations,
    act(client) {
      if (random.chance(0.5)) return change(client);
      return read(client, random.chance(0.2) ? '/v1/parts' : `/v1/parts/${random.pick(partIds)}`);
    },
    readAll: (client) => read(client, '/v1/parts'),
  };
}

/** The entity tag of a part is its version. */
function versionOf(tag: string): number {
  return Number(/\d+/.exec(tag)?.[0]);
}

function rethrowBroken(error: unknown): void {
  if (error instanceof BrokenPromise) throw error;
}
