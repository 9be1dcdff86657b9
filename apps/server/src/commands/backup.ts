import { backUpDatabase } from '@parts/db';
import { type Command, readArguments, readDatabasePath, resolveTyped } from './command.ts';

export const backup: Command = {
  usage: 'FILE',
  summary: 'copy the database in DATABASE_PATH to a new file, also beside a running server',
  run(args, typed) {
    const [file = ''] = readArguments(args, ['FILE']);
    const DATABASE_PATH = readDatabasePath(typed, 'use pg_dump, or archive the WAL');
    backUpDatabase(DATABASE_PATH, resolveTyped(typed, file));
    console.log(`${DATABASE_PATH} is backed up to ${file}`);
    return 0;
  },
};
