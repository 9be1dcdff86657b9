import { restoreDatabase } from '@parts/db';
import { type Command, readArguments, readDatabasePath, resolveTyped } from './command.ts';

export const restore: Command = {
  usage: 'FILE',
  summary: 'put a backup in the place of the database in DATABASE_PATH, while no server runs',
  run(args, typed) {
    const [file = ''] = readArguments(args, ['FILE']);
    const DATABASE_PATH = readDatabasePath(
      typed,
      'use pg_restore, and give the audit a new epoch, see docs/postgres.md',
    );
    restoreDatabase(resolveTyped(typed, file), DATABASE_PATH);
    console.log(`${DATABASE_PATH} is restored from ${file}`);
    return 0;
  },
};
