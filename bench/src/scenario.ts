import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, BenchServer, Sample, ServerSpec } from './bench.ts';
import { followFeeds } from './feeds.ts';
import type { Load } from './load.ts';

/** What the figure should be. */
export type Mark = { readonly atLeast: number } | { readonly atMost: number };

/** What is measured of a variant; a share is that of the entries that reached every feed. */
export type Measures = Partial<Record<keyof Sample | 'share' | 'resident', number>>;

/** One line of the table. */
export interface Row {
  readonly title: string;
  readonly what: keyof Measures;
  /** The variant whose measure it is, divided by that of another in the same round, or by a number. */
  readonly of: string;
  readonly by?: string | number;
  /** What that of another variant is multiplied by. */
  readonly times?: number;
  /** Left out: a ratio. */
  readonly unit?: 'ms' | 's' | 'MB';
  readonly mark?: Mark;
}

/** One of several things that are measured in alternation. Variants with one server share it. */
export interface Variant {
  readonly server: ServerSpec;
  readonly load: Load | ((server: BenchServer) => Promise<Load>);
  /** Another load that the server has meanwhile. */
  readonly beside?: Load;
  /** Feeds that are open meanwhile. */
  readonly feeds?: number;
}

export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  /** Needs a large database or a long time: not part of `--quick`. */
  readonly isLong?: boolean;
  readonly rows: readonly Row[];
  /** The variants by name, or what measures them itself. */
  readonly variants:
    | Readonly<Record<string, Variant>>
    | ((bench: Bench) => Promise<Readonly<Record<string, readonly Measures[]>>>);
}

/** Milliseconds for which each variant warms up. */
const WARM_UP = 1000;

/**
 * Measures the variants in turn, round by round, so that whatever else happens on the machine
 * meets all of them; each round begins with another one. What they do to warm up is not counted.
 */
export async function measureVariants(
  bench: Bench,
  variants: Readonly<Record<string, Variant>>,
): Promise<Record<string, readonly Measures[]>> {
  const servers = new Map<ServerSpec, BenchServer>();
  const subjects: { samples: Measures[]; measure: () => Promise<Measures> }[] = [];
  for (const { server: spec, load, beside, feeds } of Object.values(variants)) {
    const server = servers.get(spec) ?? (await bench.start(spec));
    servers.set(spec, server);
    const shape = typeof load === 'function' ? await load(server) : load;
    const followers = feeds === undefined ? undefined : followFeeds({ ...server, feeds });
    const measure = async () => {
      const sample = await bench.sample(server, shape, beside);
      return {
        ...sample,
        ...(followers && { share: await arrivedShare(server, followers.least) }),
      };
    };
    for (const end = performance.now() + WARM_UP; performance.now() < end; ) await measure();
    subjects.push({ samples: [], measure });
    if (followers) bench.onClear(followers.stop);
  }
  for (let round = 0; round < bench.effort.rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length];
      subject?.samples.push(await subject.measure());
    }
  }
  return Object.fromEntries(
    Object.keys(variants).map((name, index) => [name, subjects[index]?.samples ?? []]),
  );
}

/** Waits until every feed has every entry, but not for ever. */
async function arrivedShare(server: BenchServer, least: () => Promise<number>): Promise<number> {
  const stats = await (await server.request('/debug/stats')).text();
  const { audit_count: expected }: { audit_count: number } = JSON.parse(stats);
  for (const end = performance.now() + 20_000; ; await delay(20)) {
    const share = (await least()) / expected;
    if (share >= 1 || performance.now() > end) return share;
  }
}
