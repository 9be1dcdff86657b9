import type { Laboratory, LoadShape } from './laboratory.ts';
import type { LoadResult } from './load.ts';
import type { ServerProcess } from './server-process.ts';
import { median, ratios } from './statistics.ts';

/** A load and what the server used meanwhile. */
export interface Sample extends LoadResult {
  readonly perSecond: number;
  readonly megabytesPerSecond: number;
  /** CPU time of the server for each request, in microseconds. */
  readonly cpu: number;
  /** The most memory that the server occupied, in megabytes. */
  readonly peak: number;
}

export interface Subject {
  readonly name: string;
  readonly measure: () => Promise<Sample>;
}

/** The samples of one subject, one of each round. */
export interface Series {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** Loads a server and reads from the operating system what that cost it. */
export async function sample(
  laboratory: Laboratory,
  server: ServerProcess,
  shape: LoadShape,
): Promise<Sample> {
  server.forgetPeak();
  const before = server.usage();
  const result = await laboratory.load(server, { seconds: laboratory.effort.seconds, ...shape });
  const after = server.usage();
  server.dropLog();
  return {
    ...result,
    perSecond: result.requests / result.seconds,
    megabytesPerSecond: result.bytes / result.seconds / 1e6,
    cpu: ((after.cpuSeconds - before.cpuSeconds) / result.requests) * 1e6,
    peak: after.peak / 1e6,
  };
}

/** Milliseconds for which each subject warms up. */
const WARM_UP = 1000;

/**
 * Measures the subjects in turn, round by round, so that whatever else happens on the
 * machine meets all of them; each round begins with another one. What they do to warm up
 * is not counted.
 */
export async function alternate(
  laboratory: Laboratory,
  subjects: readonly Subject[],
): Promise<Series[]> {
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]));
  for (const { measure } of subjects) {
    const startedAt = performance.now();
    while (performance.now() - startedAt < WARM_UP) await measure();
  }
  for (let round = 0; round < laboratory.effort.rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(turn + round) % subjects.length];
      if (subject) samples.get(subject.name)?.push(await subject.measure());
    }
  }
  return subjects.map(({ name }) => ({ name, samples: samples.get(name) ?? [] }));
}

export type Measure = Exclude<keyof Sample, 'requests' | 'seconds' | 'bytes'>;

/** A measure of one subject by that of another, round by round. */
export function compare(series: readonly Series[], above: string, below: string, what: Measure) {
  return ratios(valuesOf(series, above, what), valuesOf(series, below, what));
}

/** All subjects with the median of a measure, in words. */
export function describe(series: readonly Series[], what: Measure, unit: string): string {
  return series
    .map(({ name }) => `${name} ${formatNumber(median(valuesOf(series, name, what)))} ${unit}`)
    .join(', ');
}

export function valuesOf(series: readonly Series[], name: string, what: Measure): number[] {
  const samples = series.find((candidate) => candidate.name === name)?.samples ?? [];
  return samples.map((values) => values[what]);
}

/** Three digits that say something. */
export function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}
