import { existsSync } from 'node:fs';
import { BackupError } from './backup-error.ts';
import { copyDatabase } from './copy-database.ts';

/**
 * Writes a copy of a database, as its last commit left it, to a new file. A server may go on meanwhile.
 *
 * @throws BackupError, and errors of the file system
 */
export function backUpDatabase(database: string, file: string): void {
  function refuseExisting(): void {
    if (existsSync(file)) throw new BackupError(`${file} exists already`);
  }
  refuseExisting();
  copyDatabase(database, file, { prepareRename: refuseExisting });
}
