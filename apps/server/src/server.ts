import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createPartsService } from '@parts/core';
import { openStorage } from '@parts/db';
import { createApp, createAuditFeeds, createMetrics } from '@parts/http';
import { type Config, DEVELOPMENT_TOKEN } from './config.ts';
import { startEvents } from './events/start-events.ts';
import { closeGracefully } from './listener/close-gracefully.ts';
import { createHttpListener } from './listener/http-listener.ts';
import { listen } from './listener/listen.ts';
import type { Log } from './log/log.ts';

export interface RunningServer {
  readonly port: number;
  /** Answers the requests in flight, then closes everything. Fulfils when nothing is left open. */
  stop(): Promise<void>;
}

/**
 * Takes the port, opens the storage and begins to serve.
 *
 * @throws DatabaseOpenError, or what listening throws (a port in use, …)
 */
export async function startServer(config: Config, logging: Log): Promise<RunningServer> {
  const opened = Promise.withResolvers<Service>();
  const { server, connections } = createHttpListener({
    fetch: async (request, env) => (await opened.promise).fetch(request, env),
    timeouts: {
      headers: config.HEADERS_TIMEOUT_MS,
      request: config.REQUEST_TIMEOUT_MS,
      keepAlive: config.KEEP_ALIVE_TIMEOUT_MS,
      idle: config.IDLE_TIMEOUT_MS,
    },
    newRequestId: randomUUID,
    log: logging.log,
  });
  // The port comes first: without it no database is created and no event is handled. Requests that
  // come before the storage is open wait for it.
  const port = await listen(server, config.PORT, config.HOST);
  try {
    const service = await openService(config, logging, connections.markFeed);
    opened.resolve(service);
    return {
      port: port.number,
      stop: () => service.close(() => closeGracefully(port, connections)),
    };
  } catch (error) {
    const closed = port.close();
    server.closeAllConnections();
    await closed;
    throw error;
  }
}

type Service = Awaited<ReturnType<typeof openService>>;

/** Wires the packages. */
async function openService(config: Config, logging: Log, onFeed: (response: Writable) => void) {
  const { log } = logging;
  const storage = await openStorage(config.DATABASE_PATH, {
    lockTimeout: config.LOCK_TIMEOUT_MS,
    idempotencyLifetime: config.IDEMPOTENCY_TTL_HOURS * 3_600_000,
  });
  const { migratedFrom, migratedTo } = storage.schemaUpdate;
  if (migratedFrom === 0) log.info('new database: schema and seed');
  else if (migratedFrom < migratedTo) log.info(`schema ${migratedFrom} → ${migratedTo}`);
  const events = startEvents(storage, config, logging);
  const auditFeeds = createAuditFeeds({
    audit: storage.audit,
    maxFeeds: config.MAX_FEEDS,
    heartbeatInterval: config.FEED_HEARTBEAT_MS,
  });
  const app = createApp({
    parts: createPartsService({ storage, clock: () => new Date().toISOString() }),
    storage,
    auditFeeds,
    onFeed,
    authToken: config.AUTH_TOKEN,
    isTokenPublic: config.AUTH_TOKEN === DEVELOPMENT_TOKEN,
    rateLimit:
      config.RATE_LIMIT === undefined
        ? undefined
        : {
            rate: config.RATE_LIMIT,
            burst: config.RATE_LIMIT_BURST ?? config.RATE_LIMIT,
            now: () => performance.now(),
          },
    debug: config.DEBUG_ENDPOINTS === 'on' && {
      readMoreStats: async () => events?.readProgress() ?? {},
    },
    metrics: createMetrics(() => ({
      commits: storage.statistics.readCommits(),
      open_feeds: auditFeeds.count(),
    })),
    swaggerUiDirectory: dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json'))),
    newRequestId: randomUUID,
    log,
  });

  return {
    fetch: app.fetch,
    /** @param endRequests fulfils when the last request has been answered */
    async close(endRequests: () => Promise<void>) {
      auditFeeds.close();
      await Promise.all([endRequests(), events?.stop()]);
      await storage.close();
    },
  };
}
