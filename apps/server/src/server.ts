import { randomUUID } from 'node:crypto';
import type { Config } from './config.ts';
import { closeGracefully } from './listener/close-gracefully.ts';
import { createHttpListener } from './listener/http-listener.ts';
import { listen } from './listener/listen.ts';
import type { Log } from './log/log.ts';
import { openService, type Service } from './service.ts';

export interface RunningServer {
  readonly port: number;
  /** For people: the path of the file, or the host, port and name in PostgreSQL. */
  readonly database: string;
  /** Reads again what can change while the server runs; left out when that is nothing. */
  readonly reload: (() => Promise<void>) | undefined;
  /** Answers the requests in flight, then closes everything. Fulfils when nothing is left open. */
  stop(): Promise<void>;
}

/**
 * Takes the port, opens the storage and begins to serve.
 *
 * @throws DatabaseOpenError, TokensFileError, or what listening throws (a port in use, …)
 */
export async function startServer(config: Config, logging: Log): Promise<RunningServer> {
  const opened = Promise.withResolvers<Service>();
  const { server, connections } = createHttpListener({
    fetch: async (request, env) => (await opened.promise).fetch(request, env),
    headersTimeout: config.HEADERS_TIMEOUT_MS,
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    keepAliveTimeout: config.KEEP_ALIVE_TIMEOUT_MS,
    idleTimeout: config.IDLE_TIMEOUT_MS,
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
      port,
      database: service.database,
      reload: service.reload,
      stop: () => service.close(() => closeGracefully(server, connections)),
    };
  } catch (error) {
    server.close().closeAllConnections();
    throw error;
  }
}
