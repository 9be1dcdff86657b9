import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPartsService, type Rules } from '@parts/core';
import {
  type AppOptions,
  createApp,
  createAuditFeeds,
  createMetrics,
  singleToken,
} from '@parts/http';
import { type Config, DEVELOPMENT_TOKEN } from './config.ts';
import { logDigests } from './digest/log-digests.ts';
import { startEvents } from './events/start-events.ts';
import type { Log } from './log/log.ts';
import { openDatabase } from './open-database.ts';
import { openTokens } from './tokens/open-tokens.ts';

export type Service = Awaited<ReturnType<typeof openService>>;

/**
 * Opens the storage and wires the packages.
 *
 * @throws DatabaseOpenError, TokensFileError
 */
export async function openService(config: Config, logging: Log, onFeed: AppOptions['onFeed']) {
  const { log } = logging;
  const fileTokens = config.TOKENS_FILE ? await openTokens(config.TOKENS_FILE, logging) : undefined;
  const { storage, name } = await openDatabase(config, logging);
  const { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret } = config;
  const webhook = url && secret ? { url, secret } : undefined;
  const events =
    config.EVENTS === 'on'
      ? startEvents(storage, { webhook, delay: config.EVENTS_DELAY_MS }, logging)
      : undefined;
  const auditFeeds = createAuditFeeds({
    audit: storage.audit,
    maxFeeds: config.MAX_FEEDS,
    heartbeatInterval: config.FEED_HEARTBEAT_MS,
  });
  const stopWatching = fileTokens?.watch(auditFeeds.recheck);
  const { AUDIT_DIGEST_HOURS: hours } = config;
  const stopDigests = hours ? logDigests(storage.audit, hours, logging) : undefined;
  const rules: Rules = {
    approval: config.APPROVAL,
    reasonRequired: config.REASON_REQUIRED ?? [],
    partNumberPattern: config.PART_NUMBER_PATTERN ?? null,
  };
  const { RATE_LIMIT: rate, RATE_LIMIT_BURST: burst } = config;
  const app = createApp({
    parts: createPartsService({ storage, clock: () => new Date().toISOString(), rules }),
    rules,
    storage,
    auditFeeds,
    onFeed,
    tokens: fileTokens ?? singleToken(config.AUTH_TOKEN),
    isTokenPublic: !fileTokens && config.AUTH_TOKEN === DEVELOPMENT_TOKEN,
    rateLimit: rate ? { rate, burst: burst ?? rate, now: () => performance.now() } : undefined,
    corsOrigins: config.CORS_ORIGINS,
    debug: config.DEBUG_ENDPOINTS === 'on' && {
      readMoreStats: async () => events?.readProgress() ?? {},
    },
    metrics: createMetrics(() => ({
      commits: storage.statistics.readCommits(),
      open_feeds: auditFeeds.count(),
    })),
    swaggerUiDirectory: dirname(fileURLToPath(import.meta.resolve('#swagger-ui/package.json'))),
    newRequestId: randomUUID,
    log,
  });

  return {
    database: name,
    fetch: app.fetch,
    reload: fileTokens?.reload,
    /** @param endRequests fulfils when the last request has been answered */
    async close(endRequests: () => Promise<void>): Promise<void> {
      stopWatching?.();
      stopDigests?.();
      auditFeeds.close();
      await Promise.all([endRequests(), events?.stop()]);
      await storage.close();
    },
  };
}
