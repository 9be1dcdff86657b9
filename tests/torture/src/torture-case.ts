import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** One way to hurt the service. A case ends when its promise held throughout, or throws. */
export interface TortureCase {
  /** What `--only` takes. */
  readonly name: string;
  /** The promise, in one line of the report. */
  readonly promise: string;
  /** Seconds after which the case counts as hung, in a quick and in a long run. */
  readonly limit: { readonly quick: number; readonly long: number };
  /**
   * @throws BrokenPromise when the product did not keep the promise
   * @throws NotPossibleHere when the machine lacks what the case needs
   */
  run(context: CaseContext): Promise<void>;
}

export interface CaseContext {
  readonly random: Random;
  /** Counts up while the case runs, so that a broken promise is reported with what led to it. */
  readonly tally: Tally;
  /** Exists, is empty and belongs to this case alone. It is kept only when a promise was broken. */
  readonly directory: string;
  /** `quick` in a quick run, else `long`. */
  choose<T>(quick: T, long: T): T;
}
