import { partNotFound } from './errors.ts';
import { isPartId, type Part } from './part.ts';
import type { CancellationSignal, Clock, PartsRepository } from './ports.ts';
import { parseStatusChangeInput } from './status-change.ts';

/** Circumstances of a status change that are recorded with it or can prevent it. */
export interface ChangeStatusContext {
  /** Goes into the audit entry. */
  readonly requestId?: string;
  /** Aborted before the transaction begins, it prevents the change. */
  readonly signal?: CancellationSignal;
}

/** The use cases around parts. */
export interface PartsService {
  /** All parts in the order of their ids. */
  listParts(): Promise<readonly Part[]>;

  /** @throws PartsError `part_not_found`, also for a number that can't be an id (0, 1.5, NaN) */
  getPart(id: number): Promise<Part>;

  /**
   * Changes the status of a part and records the change, both or neither. Any
   * status may follow any, the same one included: each call adds one audit entry.
   *
   * `input` may come from anywhere; it is validated first, so bad input is
   * reported even where the part does not exist.
   *
   * @throws PartsError `invalid_status_change`, `part_not_found`, `cancelled`, `storage_…`
   */
  changeStatus(id: number, input: unknown, context?: ChangeStatusContext): Promise<Part>;
}

/** Binds the use cases to a storage and a clock. */
export function createPartsService(options: {
  readonly repository: PartsRepository;
  readonly clock: Clock;
}): PartsService {
  const { repository, clock } = options;

  return {
    listParts: () => repository.listParts(),

    async getPart(id) {
      const part = isPartId(id) ? await repository.findPart(id) : undefined;
      if (!part) throw partNotFound();
      return part;
    },

    async changeStatus(id, input, context = {}) {
      const { status } = parseStatusChangeInput(input);
      if (!isPartId(id)) throw partNotFound();
      return repository.changeStatus(
        {
          part_id: id,
          new_status: status,
          request_id: context.requestId ?? null,
          changed_at: clock(),
        },
        context.signal,
      );
    },
  };
}
