import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createPartsService } from '@parts/core';
import { openDatabase } from '@parts/db';
import { createApp } from '@parts/http';
import type { Logger } from 'pino';
import { closeGracefully } from './close-gracefully.ts';
import type { Config } from './config.ts';
import { createHttpListener } from './http-listener.ts';

export interface RunningServer {
  readonly port: number;
  /** Answers the requests in flight, then closes everything. Fulfils when nothing is left open. */
  stop(): Promise<void>;
}

/**
 * Wires the packages and begins to serve.
 *
 * @throws DatabaseOpenError, or what listening throws (a port in use, …)
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const database = openDatabase(config.DATABASE_PATH, { lockTimeout: config.LOCK_TIMEOUT_MS });
  const app = createApp({
    parts: createPartsService({
      repository: database.repository,
      clock: () => new Date().toISOString(),
    }),
    ...(config.DEBUG_ENDPOINTS === 'on' && { debug: database.debug }),
    authToken: config.AUTH_TOKEN,
    newRequestId: randomUUID,
    log,
  });
  const listener = createHttpListener({ fetch: app.fetch, config, newRequestId: randomUUID, log });

  try {
    listener.listen(config.PORT, config.HOST);
    await once(listener, 'listening');
  } catch (error) {
    database.close();
    throw error;
  }
  const { port } = listener.address() as AddressInfo;

  return {
    port,
    async stop() {
      await closeGracefully(listener);
      database.close();
    },
  };
}
