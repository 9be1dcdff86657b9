import { openStorage } from '@parts/db';
import type { Config } from './config.ts';
import type { Log } from './log/log.ts';

/**
 * Opens the storage that the configuration names, in a file or in PostgreSQL.
 *
 * @returns it with its name for people, which has no password
 * @throws DatabaseOpenError
 */
export async function openDatabase(config: Config, logging: Log) {
  const { log } = logging;
  const options = {
    ...(config.SEED === 'off' && { seed: [] }),
    lockTimeout: config.LOCK_TIMEOUT_MS,
    idempotencyLifetime: config.IDEMPOTENCY_TTL_HOURS * 3_600_000,
  };
  const { storage, name } = config.DATABASE_URL
    ? await openPostgres(config.DATABASE_URL, options, logging)
    : await openFile(config.DATABASE_PATH, options, logging);
  const { migratedFrom, migratedTo } = storage.schemaUpdate;
  if (migratedFrom === 0) log.info('new database: schema and seed');
  else if (migratedFrom < migratedTo) log.info(`schema ${migratedFrom} → ${migratedTo}`);
  return { storage, name };
}

type Options = Omit<Parameters<typeof openStorage>[1] & object, 'onWriterFailure'>;

async function openFile(path: string, options: Options, { log }: Log) {
  const storage = await openStorage(path, {
    ...options,
    onWriterFailure: (error) => log.error({ err: error }, 'the thread that writes ended'),
  });
  return { storage, name: path };
}

async function openPostgres(url: string, options: Options, { log }: Log) {
  // A server on a file does not load the driver.
  const { openPostgresStorage } = await import('@parts/db/postgres');
  const storage = await openPostgresStorage(url, options);
  const server = storage.readServer();
  const { host, port, database, fsync, synchronous_commit, synchronous_standby_names } = server;
  log.info(server, 'PostgreSQL');
  if (fsync === 'off' || synchronous_commit === 'off') {
    log.warn(
      'fsync or synchronous_commit is off: a crash of PostgreSQL can lose acknowledged changes',
    );
  }
  const waitsForStandby = synchronous_standby_names !== '' && synchronous_commit !== 'local';
  if (storage.hostCount > 1 && !waitsForStandby) {
    log.warn('no standby is synchronous: a failover can lose acknowledged changes');
  }
  return { storage, name: `${host}:${port}/${database}` };
}
