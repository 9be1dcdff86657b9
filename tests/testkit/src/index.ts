export { type FeedEvent, type FollowedFeed, followFeed } from './follow-feed.ts';
export { hideDatabase } from './hide-database.ts';
export { type AuditRow, checkChain, type History, readHistory } from './history.ts';
export { holdWriteLock } from './hold-write-lock.ts';
export { type Answer, type Call, createHttpClient, type HttpClient } from './http-client.ts';
export {
  type Exit,
  type LaunchedProcess,
  type LaunchOptions,
  type LogLine,
  launch,
  parseLog,
} from './launch.ts';
export { type Cluster, createCluster, type PostgresServer } from './postgres/cluster.ts';
export { createDatabase, hasPostgres, isOnPostgres } from './postgres/create-database.ts';
export { findPostgres } from './postgres/find-postgres.ts';
export { readPostgresHistory } from './postgres/read-postgres-history.ts';
export { type PostgresPair, startPair } from './postgres/start-pair.ts';
export { useEngine } from './postgres/use-engine.ts';
export { openProxy } from './proxy.ts';
export { queryDatabase } from './query-database.ts';
export { createRandom, type Random } from './random.ts';
export { openConnection, type RawConnection, type RawResponse } from './raw-connection.ts';
export { createServerClient, type ServerClient } from './server-client.ts';
export { type ServerProcess, startServer, waitForServer } from './start-server.ts';
export { type CleanUp, createTemporaryDirectory } from './temporary-directory.ts';
export { readVitals, type Vitals } from './vitals.ts';
export { assert, waitUntil } from './wait-until.ts';
