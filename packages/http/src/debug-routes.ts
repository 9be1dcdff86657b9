import type { DebugStorage } from '@parts/core';
import { Hono } from 'hono';
import type { AppEnvironment } from './environment.ts';

/** The routes below `/debug`: for tests and for a look inside. They need no token. */
export function debugRoutes(storage: DebugStorage) {
  return new Hono<AppEnvironment>()
    .post('/reset', async (c) => {
      await storage.reset();
      return c.json({ status: 'reset' });
    })
    .get('/stats', async (c) => c.json(await storage.readStats()));
}
