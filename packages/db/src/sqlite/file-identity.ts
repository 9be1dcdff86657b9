import { accessSync, type BigIntStats, constants, realpathSync, statSync } from 'node:fs';

/** The database, its log and the index of its log, each with what tells it from every other file. Plain data. */
export interface FileIdentities {
  readonly path: string;
  readonly log: string;
  readonly index: string;
  readonly byPath: ReadonlyMap<string, string | undefined>;
}

/** Must be called while the database is open, since the log and its index come with that. */
export function identifyFiles(path: string): FileIdentities {
  // SQLite keeps log and index beside the file that a link leads to.
  const realPath = realpathSync(path);
  const [log, index] = [`${realPath}-wal`, `${realPath}-shm`];
  return {
    path,
    log,
    index,
    byPath: new Map([path, log, index].map((file) => [file, identify(file)])),
  };
}

/** Whether none of the files was moved, replaced, deleted or made read-only. */
export function areInPlace(identities: FileIdentities): boolean {
  return [...identities.byPath.keys()].every((file) => isInPlace(identities, file));
}

export function isInPlace({ byPath }: FileIdentities, file: string): boolean {
  return identify(file) === byPath.get(file);
}

/** Differs for files that differ, whatever they are called. A file that can't be used has none. */
function identify(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch {
    return undefined;
  }
  const stats = statOf(file);
  return stats && `${stats.dev}:${stats.ino}`;
}

export function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}
