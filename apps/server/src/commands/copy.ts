import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Part } from '@parts/core';
import { CopyError, copyStorage, openAudit, openStorage } from '@parts/db';
import { type Command, type CommandLine, resolveTyped, UsageError } from './command.ts';
import { openPostgres } from './open-postgres.ts';

export const copy: Command = {
  usage: '--from FILE|URL --to FILE|URL',
  summary: 'copy everything to a new SQLite file or PostgreSQL database, and compare the two',
  async run(args, typed) {
    const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
    const { from, to } = parseArgs({ args: [...args], options }).values;
    if (!from || !to) throw new UsageError('--from and --to are needed');
    if (isFile(to) && existsSync(resolveTyped(typed, to))) {
      throw new CopyError(`${to} exists already`);
    }
    const source = await openSource(from, typed);
    try {
      const copied = await copyStorage(source, (seed) => openTarget(to, typed, seed));
      console.log(JSON.stringify(copied));
      return 0;
    } finally {
      await source.close();
    }
  },
};

const isFile = (place: string) => !/^postgres(ql)?:/.test(place);

async function openTarget(place: string, typed: CommandLine, seed: readonly Part[]) {
  if (isFile(place)) return openStorage(resolveTyped(typed, place), { seed });
  const { openPostgresStorage } = await import('@parts/db/postgres');
  return openPostgresStorage(place, { seed });
}

/** Refuses a source whose schema is older, which opening would change. */
async function openSource(place: string, typed: CommandLine) {
  if (isFile(place)) {
    const path = resolveTyped(typed, place);
    openAudit(path).close();
    return openStorage(path);
  }
  return openPostgres(place);
}
