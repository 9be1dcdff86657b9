import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, createPartsService, NO_RULES } from '@parts/core';
import { type OpenedStorage, openStorage, type StorageOptions } from '@parts/db';
import { openPostgresStorage } from '@parts/db/postgres';
import {
  type CleanUp,
  createDatabase,
  createTemporaryDirectory,
  isOnPostgres,
} from '@parts/testkit';
import { afterAll, onTestFinished } from 'vitest';
import { createApp } from '../app.ts';
import type { AppOptions } from '../app-options.ts';
import { createAuditFeeds } from '../audit/audit-feed.ts';
import { createMetrics } from '../debug/metrics.ts';
import { singleToken } from '../identity/tokens.ts';
import { createAnswerCheck } from './documented-answer.ts';

export const TOKEN = 'dev-token';

export interface OpenAppOptions extends Partial<AppOptions> {
  /** The path of a file or the URL of a PostgreSQL database. Default: a new one, removed with the test. */
  readonly database?: string;
  readonly clock?: Clock;
  /** The one token that is let in, unless `tokens` has others. */
  readonly authToken?: string;
}

/** The app on a real database, and every line that it logs. */
export async function openApp(options: OpenAppOptions = {}) {
  const { database = await createEmptyDatabase(), ...others } = options;
  const storage = await openDatabase(database);
  onTestFinished(() => storage.close());
  return openAppOn(storage, database, others);
}

/**
 * To be called at the top of a file. Its tests then open apps as `openApp` does, but on a storage that
 * the test before left, after a reset: to open one for each takes ten times as long.
 */
export function shareStorage(storageOptions?: StorageOptions): typeof openApp {
  const free: { readonly database: string; readonly storage: OpenedStorage }[] = [];
  const tasks: Parameters<CleanUp>[0][] = [];
  afterAll(async () => {
    for (const task of tasks.reverse()) await task();
  });

  async function take() {
    const left = free.pop();
    await left?.storage.maintenance.reset();
    if (left) return left;
    const database = await createEmptyDatabase((task) => tasks.push(task));
    const storage = await openDatabase(database, storageOptions);
    tasks.push(() => storage.close());
    return { database, storage };
  }

  return async (options = {}) => {
    if (options.database !== undefined) return openApp(options);
    const taken = await take();
    onTestFinished(() => void free.push(taken));
    return openAppOn(taken.storage, taken.database, options);
  };
}

function openAppOn(storage: OpenedStorage, database: string, options: OpenAppOptions) {
  const {
    clock = () => new Date().toISOString(),
    authToken = TOKEN,
    rules = NO_RULES,
    ...overrides
  } = options;
  onTestFinished(() => auditFeeds.close());
  const auditFeeds = createAuditFeeds({
    audit: storage.audit,
    maxFeeds: 3,
    heartbeatInterval: 100,
  });
  const logged: { level: string; fields: object }[] = [];
  let ids = 0;
  const appOptions: AppOptions = {
    parts: createPartsService({ storage, clock, rules }),
    rules,
    storage,
    auditFeeds,
    debug: { readMoreStats: async () => ({}) },
    metrics: createMetrics(() => ({
      commits: storage.statistics.readCommits(),
      open_feeds: auditFeeds.count(),
    })),
    swaggerUiDirectory: dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json'))),
    tokens: singleToken(authToken),
    newRequestId: () => `id-${++ids}`,
    log: {
      debug: (fields) => logged.push({ level: 'debug', fields }),
      info: (fields) => logged.push({ level: 'info', fields }),
      error: (fields) => logged.push({ level: 'error', fields }),
    },
    ...overrides,
  };
  const app = createApp(appOptions);
  // The document is read from an app of its own, since this one counts and logs its requests.
  const documentApp = createApp({
    ...appOptions,
    metrics: { ...appOptions.metrics, begin() {}, end() {} },
    log: { debug() {}, info() {}, error: console.error },
    newRequestId: () => 'document',
  });

  /** Sends a request and holds the answer to the API document. */
  async function request(path: string, init: RequestInit = {}) {
    const response = await app.request(path, init);
    const checkAnswer = await createAnswerCheck(documentApp);
    await checkAnswer(init.method ?? 'GET', path, response);
    return response;
  }

  /** Sends a request with the right token, unless the headers say otherwise. */
  async function send(method: string, path: string, init: Omit<RequestInit, 'method'> = {}) {
    const headers = new Headers({ Authorization: `Bearer ${TOKEN}` });
    new Headers(init.headers).forEach((value, name) => {
      headers.set(name, value);
    });
    return request(path, { ...init, method, headers });
  }

  const changeStatus = (id: number | string, body: unknown, headers: Record<string, string> = {}) =>
    send('PATCH', `/v1/parts/${id}/status`, { body: JSON.stringify(body), headers });

  const readStats = async () => (await send('GET', '/debug/stats')).json();

  return { app, database, auditFeeds, storage, logged, request, send, changeStatus, readStats };
}

/** @returns what can be opened on the engine that the tests run on */
export async function createEmptyDatabase(cleanUp?: CleanUp): Promise<string> {
  if (isOnPostgres()) return createDatabase(cleanUp);
  return join(await createTemporaryDirectory(cleanUp), 'parts.db');
}

const openDatabase = (database: string, options?: StorageOptions): Promise<OpenedStorage> =>
  isOnPostgres() ? openPostgresStorage(database, options) : openStorage(database, options);
