export type { ServerDescription } from './connection.ts';
export {
  type OpenedPostgresStorage,
  openPostgresStorage,
  type PostgresOptions,
} from './open-postgres-storage.ts';
