import type { AuditEntry } from './audit-entry.ts';
import type { ChangeResult } from './change.ts';
import { partNotFound } from './errors.ts';
import { type Page, pageOf } from './page.ts';
import { isPartId, type Part } from './part.ts';
import { parseStatusChangeInput, type StatusChangeInput } from './status-change-input.ts';
import type { CancellationSignal, ListRange, PartsFilter, PartsQuery, Storage } from './storage.ts';

/** Tells the time as RFC 3339 in UTC with milliseconds. */
export type Clock = () => string;

/** Circumstances of a status change that are recorded with it or can prevent it. */
export interface ChangeStatusContext {
  /** Goes into the audit entry. */
  readonly requestId?: string | undefined;
  /** Aborted before the transaction begins, it prevents the change. */
  readonly signal?: CancellationSignal | undefined;
  /** The change is made only when the part has one of these versions. Left out: any; an empty list: none. */
  readonly expectedVersions?: readonly number[] | undefined;
  /**
   * Makes a retry safe: the same key with the same request changes the part once, and
   * brings the first result again. The storage decides how long it remembers a key.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The use cases around parts. Each rejects with a `PartsError` `storage_…` when the storage can't serve it. */
export interface PartsService {
  /** Parts in the order of their ids; `next` is an id. */
  listParts(query?: PartsQuery): Promise<Page<Part>>;

  /** All parts in the order of their ids, in batches, as of one moment: for lists too large for memory. */
  streamParts(filter?: PartsFilter): AsyncIterable<readonly Part[]>;

  /** @throws PartsError `part_not_found`, also for a number that can't be an id (0, 1.5, NaN) */
  getPart(id: number): Promise<Part>;

  /**
   * Changes the status of a part and records the change, both or neither. Any
   * status may follow any, the same one included: each call adds one audit entry.
   *
   * `input` may come from anywhere; it is validated first, so bad input is
   * reported even where the part does not exist.
   *
   * @throws PartsError `invalid_status_change`, `part_not_found`, `version_conflict`,
   *   `idempotency_key_reused`, `cancelled`
   */
  changeStatus(id: number, input: unknown, context?: ChangeStatusContext): Promise<ChangeResult>;

  /**
   * The audit entries of a part in the order of their versions, newest first; `next` is a version.
   *
   * @throws PartsError `part_not_found`
   */
  listPartAudit(id: number, range?: ListRange): Promise<Page<AuditEntry>>;

  /** The audit entries of all parts in the order of their ids, oldest first; `next` is an id. */
  listAudit(range?: ListRange): Promise<Page<AuditEntry>>;
}

/** Binds the use cases to a storage and a clock. */
export function createPartsService(options: {
  readonly storage: Pick<Storage, 'parts' | 'audit'>;
  /** Called once for each change. */
  readonly clock: Clock;
}): PartsService {
  const { storage, clock } = options;

  async function getPart(id: number): Promise<Part> {
    const part = isPartId(id) ? await storage.parts.find(id) : undefined;
    if (!part) throw partNotFound();
    return part;
  }

  return {
    getPart,

    listParts: (query = {}) => pageOf(query, byId, (wider) => storage.parts.list(wider)),

    streamParts: (filter = {}) => storage.parts.stream(filter),

    async changeStatus(id, input, context = {}) {
      const request = parseStatusChangeInput(input);
      if (!isPartId(id)) throw partNotFound();
      const expectedVersions = context.expectedVersions ?? null;
      return storage.parts.change(
        {
          partId: id,
          status: request.status,
          reason: request.reason ?? null,
          requestId: context.requestId ?? null,
          changedAt: clock(),
          expectedVersions,
          idempotency:
            context.idempotencyKey === undefined
              ? null
              : {
                  key: context.idempotencyKey,
                  fingerprint: fingerprint(request, expectedVersions),
                },
        },
        context.signal,
      );
    },

    async listPartAudit(id, range = {}) {
      await getPart(id);
      return pageOf(range, byVersion, (wider) => storage.audit.listOfPart(id, wider));
    },

    listAudit: (range = {}) => pageOf(range, byId, (wider) => storage.audit.list(wider)),
  };
}

const byId = ({ id }: { readonly id: number }) => id;
const byVersion = ({ version }: { readonly version: number }) => version;

/** Built from the parsed request, so that spelling makes no difference and meaning does. */
function fingerprint(request: StatusChangeInput, expectedVersions: readonly number[] | null) {
  return JSON.stringify([request.status, request.reason ?? null, expectedVersions]);
}
