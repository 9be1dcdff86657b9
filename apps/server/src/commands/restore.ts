import { restoreDatabase } from '@parts/db';
import { readConfig } from '../config.ts';
import { type Command, readArguments, resolveTyped } from './command.ts';

export const restore: Command = {
  usage: 'FILE',
  summary: 'put a backup in the place of the database in DATABASE_PATH, while no server runs',
  run(args, typed) {
    const [file = ''] = readArguments(args, ['FILE']);
    const { DATABASE_PATH } = readConfig(typed.env, typed.workingDirectory);
    restoreDatabase(resolveTyped(typed, file), DATABASE_PATH);
    console.log(`${DATABASE_PATH} is restored from ${file}`);
    return 0;
  },
};
