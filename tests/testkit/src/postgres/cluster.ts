import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { queryDatabase } from '../query-database.ts';
import { findPostgres } from './find-postgres.ts';

/** A data directory that no server uses yet, with the programs for it. */
export interface Cluster {
  /** The same once more, which follows that server when it is started. Only before this one is started. */
  copyForStandby(): Cluster;
  /** @param settings such as `fsync=off` */
  start(...settings: string[]): Promise<PostgresServer>;
}

export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Of the superuser and the database `postgres`; no password is needed. */
  readonly url: string;
  /** Lets a standby take writes. */
  promote(): Promise<void>;
  /** Ends it in order, after what it has was sent to its standby. The data stay until `close`. */
  stop(): Promise<void>;
  /** Ends all its processes at once, as the death of the machine does. The data stay until `close`. */
  kill(): Promise<void>;
  /** Ends all its processes and deletes the data. So does the end of this process, however it comes. */
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root, whose children therefore run as nobody. */
const IDENTITY = userInfo().uid === 0 ? { uid: 65_534, gid: 65_534 } : {};
/** Of root, a directory that nobody can reach, which a TMPDIR need not be. */
const TEMPORARY = userInfo().uid === 0 ? '/tmp' : tmpdir();

/** Runs its arguments until its standard input ends, which it does when the tests end or are killed. */
const WATCH = `"$@" >&2 & exec 2>/dev/null; echo $!; read -r _; kill -QUIT $!; wait; rm -rf "$0"`;

/** @throws Error when the platform has no package, or its programs don't run here */
export function createCluster(): Cluster {
  const installed = findPostgres();
  if (!installed) throw new Error(`there is no PostgreSQL for ${process.platform}-${process.arch}`);
  const directory = mkdtempSync(join(TEMPORARY, 'parts-postgres-'));
  try {
    // Nobody may not be able to reach the package, and what is missing in it should not be put there.
    cpSync(installed, join(directory, 'native'), { recursive: true });
    const links: readonly { source: string; target: string }[] = JSON.parse(
      readFileSync(join(installed, 'pg-symlinks.json'), 'utf8'),
    );
    // The package leaves them to an install script, which pnpm does not run.
    for (const { source, target } of links) {
      symlinkSync(relative(dirname(target), source), join(directory, target));
    }
    giveAway(directory);
    const args = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const initdb = join(directory, 'native/bin/initdb');
    execFileSync(initdb, ['-D', join(directory, 'data'), ...args], {
      ...processOptions(directory),
      stdio: 'pipe',
    });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return openCluster(directory);
}

function openCluster(directory: string): Cluster {
  return {
    copyForStandby() {
      const copy = mkdtempSync(join(TEMPORARY, 'parts-postgres-'));
      cpSync(directory, copy, { recursive: true, verbatimSymlinks: true });
      writeFileSync(join(copy, 'data/standby.signal'), '');
      giveAway(copy);
      return openCluster(copy);
    },
    async start(...settings) {
      for (let attempt = 1; ; attempt += 1) {
        const server = await startServer(directory, await findFreePort(), settings);
        if (typeof server !== 'string') return server;
        // Another process may have taken the port meanwhile.
        if (attempt < 5 && server.includes('could not bind')) continue;
        rmSync(directory, { recursive: true });
        throw new Error(server);
      }
    },
  };
}

/** @returns what the server wrote when it ended instead */
async function startServer(
  directory: string,
  port: number,
  settings: readonly string[],
): Promise<PostgresServer | string> {
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
  const program = [join(directory, 'native/bin/postgres'), '-D', join(directory, 'data')];
  const args = ['-p', `${port}`, ...all.flatMap((setting) => ['-c', setting])];
  // In a group of its own: what interrupts the tests must not end the shell before it has cleaned up.
  const shell = spawn('/bin/sh', ['-c', WATCH, directory, ...program, ...args], {
    ...processOptions(directory),
    detached: true,
  });
  const exit = once(shell, 'exit');
  let pid = 0;
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    pid = Number.parseInt(text, 10);
  });
  let log = '';
  // All its processes have this pipe, so that it ends with the last of them.
  const end = once(shell.stderr, 'end').then(() => 'ended');
  const ready = new Promise<string>((resolve) => {
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (/ready to accept (read-only )?connections/.test(log)) resolve('ready');
    });
  });
  if ((await Promise.race([ready, end])) === 'ended') {
    shell.kill('SIGKILL');
    return log;
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return {
    port,
    pid,
    url,
    async promote() {
      await queryDatabase(url, 'SELECT pg_promote(true)');
    },
    async stop() {
      sendSignal(pid, 'SIGINT');
      await end;
    },
    async kill() {
      for (const each of [pid, ...listChildren(pid)]) sendSignal(each, 'SIGKILL');
      await end;
    },
    async close() {
      shell.stdin.end();
      await exit;
    },
  };
}

const processOptions = (directory: string) => ({
  ...IDENTITY,
  cwd: '/',
  env: {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C',
    LD_LIBRARY_PATH: join(directory, 'native/lib'),
    DYLD_LIBRARY_PATH: join(directory, 'native/lib'),
  },
});

function giveAway(directory: string): void {
  const { uid, gid } = IDENTITY;
  if (uid !== undefined) execFileSync('chown', ['-R', `${uid}:${gid}`, directory]);
}

/** On Linux. Each one is a session of its own, which the signal to a group does not reach. */
function listChildren(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .map(Number)
    .filter(Boolean);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** A port that was free just now. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
