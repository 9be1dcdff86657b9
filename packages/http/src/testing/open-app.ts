import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, createPartsService, NO_RULES } from '@parts/core';
import { type OpenedStorage, openStorage } from '@parts/db';
import { afterAll, onTestFinished } from 'vitest';
import { createApp } from '../app.ts';
import type { AppOptions } from '../app-options.ts';
import { createAuditFeeds } from '../audit/audit-feed.ts';
import { createMetrics } from '../debug/metrics.ts';
import { singleToken } from '../identity/tokens.ts';
import { createAnswerCheck } from './documented-answer.ts';

export const TOKEN = 'dev-token';

export interface OpenAppOptions extends Partial<AppOptions> {
  /** Default: a file in a new directory, which is removed with the test. */
  readonly path?: string;
  readonly clock?: Clock;
  /** The one token that is let in, unless `tokens` has others. */
  readonly authToken?: string;
}

/** The app on a real database, and every line that it logs. */
export async function openApp(options: OpenAppOptions = {}) {
  const { path = temporaryPath(onTestFinished), ...others } = options;
  const storage = await openStorage(path);
  onTestFinished(() => storage.close());
  return openAppOn(storage, path, others);
}

/**
 * To be called at the top of a file. Its tests then open apps as `openApp` does, but on a storage that
 * the test before left, after a reset: to open one for each takes ten times as long.
 */
export function shareStorage(): typeof openApp {
  const free: { readonly path: string; readonly storage: OpenedStorage }[] = [];
  afterAll(async () => {
    for (const { path, storage } of free) {
      await storage.close();
      rmSync(dirname(path), { recursive: true });
    }
  });

  async function take() {
    const left = free.pop();
    await left?.storage.maintenance.reset();
    if (left) return left;
    const path = temporaryPath();
    return { path, storage: await openStorage(path) };
  }

  return async (options = {}) => {
    if (options.path !== undefined) return openApp(options);
    const taken = await take();
    onTestFinished(() => void free.push(taken));
    return openAppOn(taken.storage, taken.path, options);
  };
}

function openAppOn(storage: OpenedStorage, path: string, options: OpenAppOptions) {
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

  return { app, path, auditFeeds, storage, logged, request, send, changeStatus, readStats };
}

function temporaryPath(cleanUp?: (task: () => void) => void): string {
  const directory = mkdtempSync(join(tmpdir(), 'parts-http-'));
  cleanUp?.(() => rmSync(directory, { recursive: true }));
  return join(directory, 'parts.db');
}
