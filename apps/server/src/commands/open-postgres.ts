/**
 * Opens a database to read it. One without the schema of this program is refused, and left as it is.
 *
 * @throws DatabaseOpenError
 */
export async function openPostgres(url: string) {
  // A command on a file does not load the driver.
  const { openPostgresStorage } = await import('@parts/db/postgres');
  return openPostgresStorage(url, { mustExist: true });
}
