/** A backup can't be made or restored. The message says why, with the file. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
