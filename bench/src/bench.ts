import {
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCluster, readVitals, type ServerProcess, startServer } from '@parts/testkit';
import { keepToServerCores } from './cores.ts';
import { fillPostgres } from './fill-postgres.ts';
import { type Load, type LoadResult, startLoadGenerator } from './load.ts';
import { type DatabaseSize, prepareDatabase } from './prepared-database.ts';
import { slowSync } from './slow-sync.ts';

const TOKEN = 'bench-token';
const FLOOR = fileURLToPath(new URL('./floor.ts', import.meta.url));

export interface Effort {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

export interface ServerSpec {
  readonly program: 'product' | 'floor';
  /** Left out: SQLite. */
  readonly engine?: 'PostgreSQL';
  readonly size: DatabaseSize;
  /** Microseconds that each sync of the disk takes in addition. */
  readonly syncDelay?: number;
  /** Reports the delay of its event loop. */
  readonly isProbed?: boolean;
}

export interface BenchServer extends ServerProcess {
  readonly url: string;
  readonly spec: ServerSpec;
  /** From the command to the first answer. */
  readonly startSeconds: number;
  readonly logFile: string;
}

/** What one measurement brought; times are milliseconds, memory is megabytes. */
export interface Sample extends LoadResult {
  readonly perSecond: number;
  readonly megabytesPerSecond: number;
  /** CPU time of the server for each request, in microseconds. */
  readonly cpu: number;
  /** The most memory that the server occupied, and how much that was more than before. */
  readonly peak: number;
  readonly growth: number;
  /** The delay of the event loop of a probed server, 99th percentile. */
  readonly loopDelay: number;
}

/** What scenarios measure with. Everything that it starts ends with {@link Bench.close}. */
export interface Bench {
  readonly effort: Effort;
  /** A server on a copy of its own of a database of that size, or on the database that is given. */
  start(spec: ServerSpec, database?: string): Promise<BenchServer>;
  /**
   * Loads a server, and beside that with another load, and reads from the operating system what that cost it.
   */
  sample(server: BenchServer, load: Load, beside?: Load): Promise<Sample>;
  /** Takes what is to be done when the servers are no longer needed. */
  onClear(task: () => void): void;
  /** Ends the servers and removes their databases. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** @param directory where prepared databases are kept and servers write */
export function openBench(directory: string, effort: Effort): Bench {
  mkdirSync(directory, { recursive: true });
  const run = mkdtempSync(join(directory, 'run-'));
  const generator = startLoadGenerator();
  let cleanUps: (() => Promise<void> | void)[] = [];
  let started = 0;

  async function clear(): Promise<void> {
    for (const task of cleanUps.toReversed()) await task();
    cleanUps = [];
    rmSync(run, { recursive: true, force: true });
    mkdirSync(run);
  }

  async function copyPrepared(path: string, size: DatabaseSize) {
    // By reference where the file system can: a database may have a gigabyte.
    copyFileSync(await prepareDatabase(directory, size), path, constants.COPYFILE_FICLONE);
    return { DATABASE_PATH: path };
  }

  async function startPostgres() {
    const { url, pid, close } = await createCluster().start();
    cleanUps.push(close);
    keepToServerCores(pid);
    return { DATABASE_URL: url };
  }

  return {
    effort,
    async start(spec, given) {
      const name = join(run, `${spec.program}-${++started}`);
      const isPostgres = spec.engine === 'PostgreSQL';
      const place = given
        ? { DATABASE_PATH: given }
        : await (isPostgres ? startPostgres() : copyPrepared(`${name}.db`, spec.size));
      const startedAt = performance.now();
      const server = await startServer({
        directory: run,
        env: {
          ...place,
          AUTH_TOKEN: TOKEN,
          ...(spec.syncDelay !== undefined && slowSync(run, spec.syncDelay)),
        },
        logFile: `${name}.log`,
        isProbed: spec.isProbed === true,
        cleanUp: (task) => void cleanUps.push(task),
        ...(spec.program === 'floor' && { program: FLOOR }),
      });
      await server.request('/healthz');
      const startSeconds = (performance.now() - startedAt) / 1000;
      keepToServerCores(server.pid());
      if ('DATABASE_URL' in place) await fillPostgres(place.DATABASE_URL, spec.size);
      const url = `http://127.0.0.1:${server.port}`;
      return { ...server, spec, url, startSeconds, logFile: `${name}.log` };
    },

    async sample(server, load, beside) {
      const pid = server.pid();
      const { seconds } = effort;
      if (server.spec.isProbed) await readVitals(server);
      // https://www.kernel.org/doc/html/latest/filesystems/proc.html, clear_refs: 5 resets the peak.
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
      const before = readUsage(pid);
      const shape = { ...(load.count === undefined && { seconds }), ...load };
      const result = await generator.run(shape, beside && { seconds, ...beside }, server);
      const after = readUsage(pid);
      truncateSync(server.logFile);
      return {
        ...result,
        perSecond: result.requests / result.seconds,
        megabytesPerSecond: result.bytes / result.seconds / 1e6,
        cpu: ((after.cpuSeconds - before.cpuSeconds) / result.requests) * 1e6,
        peak: after.peak / 1e6,
        growth: (after.peak - before.resident) / 1e6,
        loopDelay: server.spec.isProbed ? (await readVitals(server)).loopDelay.p99 : Number.NaN,
      };
    },
    onClear: (task) => void cleanUps.push(task),
    clear,
    async close() {
      await clear();
      rmSync(run, { recursive: true });
      generator.stop();
    },
  };
}

/** What Linux knows of a process; memory in bytes. */
export function readUsage(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets; it may hold spaces. utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return {
    // In ticks, of which Linux has 100 per second for programs.
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    resident: bytes('VmRSS'),
    peak: bytes('VmHWM'),
  };
}
