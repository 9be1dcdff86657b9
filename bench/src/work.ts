import type { Laboratory } from './laboratory.ts';

/** What the figure should be. */
export type Mark = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the table. */
export interface Finding {
  readonly title: string;
  readonly unit: 'ratio' | 'ms' | 's' | 'MB';
  /** One of each round. */
  readonly figures: readonly number[];
  readonly mark?: Mark;
  /** What the figures were made from, in words. */
  readonly behind: string;
  /** What the figure tells, for the report. */
  readonly meaning: string;
}

/** How a cost grows. `x` is the size, `y` microseconds of CPU time for each request. */
export interface Curve {
  readonly along: 'parts' | 'audit rows' | 'connections';
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Outcome {
  readonly findings: readonly Finding[];
  readonly curves?: readonly Curve[];
}

/** One thing that is measured. */
export interface Work {
  /** For `--only`. */
  readonly name: string;
  /** Part of `--quick` too. */
  readonly isQuick: boolean;
  /** @throws Error when the product lacks what is to be measured, or answers wrongly */
  measure(laboratory: Laboratory): Promise<Outcome>;
}
