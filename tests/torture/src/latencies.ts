/** Durations of requests, in milliseconds. */
export interface Latencies {
  add(duration: number): void;
  count(): number;
  /** The duration that this share of the requests (0 to 1) did not exceed; 1 is the longest. */
  quantile(share: number): number;
  format(): string;
}

export function createLatencies(): Latencies {
  const durations: number[] = [];

  function quantile(share: number): number {
    const sorted = durations.toSorted((a, b) => a - b);
    return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  }

  return {
    add: (duration) => durations.push(duration),
    count: () => durations.length,
    quantile,
    format: () =>
      `p50 ${round(quantile(0.5))}, p99 ${round(quantile(0.99))}, max ${round(quantile(1))} ms`,
  };
}

function round(milliseconds: number): string {
  return milliseconds.toFixed(1);
}
