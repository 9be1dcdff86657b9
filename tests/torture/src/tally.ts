/** What a case counts. Every case has these; its own measurements go to `figures`. */
export interface Tally {
  rounds: number;
  requests: number;
  /** Changes that were answered with 200. */
  acknowledged: number;
  /** Acknowledged changes that are gone. */
  lost: number;
  /** Changes of which a part is there and a part is not. */
  torn: number;
  /** Answers 503, which are honest refusals. */
  refused: number;
  /** Other answers of 500 and above; each one breaks a promise. */
  failed: number;
  readonly figures: Record<string, string | number>;
}

export function createTally(): Tally {
  return {
    rounds: 0,
    requests: 0,
    acknowledged: 0,
    lost: 0,
    torn: 0,
    refused: 0,
    failed: 0,
    figures: {},
  };
}
