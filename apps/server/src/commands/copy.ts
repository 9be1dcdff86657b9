import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CopyError, copyStorage, openStorage, type StorageOptions } from '@parts/db';
import { type Command, type CommandLine, resolveTyped, UsageError } from './command.ts';

export const copy: Command = {
  usage: '--from FILE|URL --to FILE|URL',
  summary: 'copy everything to a new SQLite file or PostgreSQL database, and compare the two',
  async run(args, typed) {
    const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
    const { from, to } = parseArgs({ args: [...args], options }).values;
    if (!from || !to) throw new UsageError('--from and --to are needed');
    if (isFile(from) && !existsSync(resolveTyped(typed, from))) {
      throw new CopyError(`there is no file ${from}`);
    }
    if (isFile(to) && existsSync(resolveTyped(typed, to))) {
      throw new CopyError(`${to} exists already`);
    }
    const source = await open(from, typed);
    try {
      const copied = await copyStorage(source, (seed) => open(to, typed, { seed }));
      console.log(JSON.stringify(copied));
      return 0;
    } finally {
      await source.close();
    }
  },
};

const isFile = (place: string) => !/^postgres(ql)?:/.test(place);

async function open(place: string, typed: CommandLine, options: StorageOptions = { seed: [] }) {
  if (isFile(place)) return openStorage(resolveTyped(typed, place), options);
  const { openPostgresStorage } = await import('@parts/db/postgres');
  return openPostgresStorage(place, options);
}
