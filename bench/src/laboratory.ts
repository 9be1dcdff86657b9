import { constants, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Load, LoadResult } from './load.ts';
import { startLoadGenerator } from './load-generator.ts';
import { type DatabaseSize, prepareDatabase } from './prepared-database.ts';
import { type Contender, type ServerProcess, startServer, TOKEN } from './server-process.ts';

export interface Effort {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** A load without what the laboratory knows by itself. */
export type LoadShape = Omit<Load, 'url' | 'token' | 'staysAwake'>;

/** What works measure with. Everything that it starts ends with {@link Laboratory.close}. */
export interface Laboratory {
  readonly effort: Effort;
  /** A server on a copy of its own of a database of that size. */
  start(contender: Contender, size: DatabaseSize): Promise<ServerProcess>;
  /** Ends a server and starts it again on the same database. */
  restart(server: ServerProcess): Promise<ServerProcess>;
  /** Sends a load from the one process or, beside it, from another. */
  load(server: ServerProcess, shape: LoadShape): Promise<LoadResult>;
  loadBeside(server: ServerProcess, shape: LoadShape): Promise<LoadResult>;
  /** Ends the servers and removes their databases. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** @param directory where prepared databases are kept and servers write */
export function openLaboratory(directory: string, effort: Effort): Laboratory {
  mkdirSync(directory, { recursive: true });
  const runDirectory = mkdtempSync(join(directory, 'run-'));
  const generator = startLoadGenerator();
  const besideGenerator = startLoadGenerator();
  const servers: ServerProcess[] = [];
  let started = 0;

  function register(server: ServerProcess): ServerProcess {
    servers.push(server);
    return server;
  }

  async function clear(): Promise<void> {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(runDirectory, { recursive: true, force: true });
    mkdirSync(runDirectory);
  }

  const withTarget = (server: ServerProcess, shape: LoadShape) => ({
    ...shape,
    url: server.url,
    token: TOKEN,
  });

  return {
    effort,
    async start(contender, size) {
      const name = join(runDirectory, `${contender}-${++started}`);
      const prepared = await prepareDatabase(directory, size);
      const launch = { contender, database: `${name}.db`, logFile: `${name}.log` };
      // Copying by reference where the file system can: a database may have a gigabyte.
      copyFileSync(prepared, launch.database, constants.COPYFILE_FICLONE);
      return register(await startServer(launch));
    },
    async restart(server) {
      await server.stop();
      servers.splice(servers.indexOf(server), 1);
      return register(await startServer(server.launch));
    },
    load: (server, shape) =>
      generator.run({ ...withTarget(server, shape), staysAwake: shape.rate === undefined }),
    loadBeside: (server, shape) => besideGenerator.run(withTarget(server, shape)),
    clear,
    async close() {
      await clear();
      rmSync(runDirectory, { recursive: true });
      generator.stop();
      besideGenerator.stop();
    },
  };
}
