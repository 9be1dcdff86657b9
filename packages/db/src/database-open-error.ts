/** The database can't be used. The message completes the sentence "can't open the database: …". */
export class DatabaseOpenError extends Error {
  override readonly name = 'DatabaseOpenError';
}
