import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig, typedIn } from '../config.ts';

export interface Command {
  /** Its arguments, as the help shows them; empty when there are none. */
  readonly usage: string;
  readonly summary: string;
  /**
   * @returns the exit code
   * @throws UsageError
   */
  run(args: readonly string[], typed: CommandLine): Promise<number> | number;
}

/** Where a command was typed. */
export interface CommandLine {
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
}

/** The command can't be understood. The message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError unless there are exactly so many arguments, and no options */
export function readArguments(args: readonly string[], names: readonly string[]): string[] {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.length === names.length) return positionals;
  const expected = names.length === 0 ? 'no arguments' : names.join(' ');
  throw new UsageError(`expected ${expected}`);
}

export function resolveTyped({ env, workingDirectory }: CommandLine, path: string): string {
  return resolve(typedIn(env, workingDirectory), path);
}

/** @throws ConfigError when the parts are in PostgreSQL; the message has what to do there instead */
export function readDatabasePath({ env, workingDirectory }: CommandLine, instead: string): string {
  const { DATABASE_URL, DATABASE_PATH } = readConfig(env, workingDirectory);
  if (!DATABASE_URL) return DATABASE_PATH;
  throw new ConfigError(`DATABASE_URL is set, and this is for a SQLite file: ${instead}`);
}
