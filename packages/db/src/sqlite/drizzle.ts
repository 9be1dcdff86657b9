import { createRequire } from 'node:module';

// drizzle-orm is loaded through `require`, since `import` parses its package.json of
// 180 KB again for each of its 130 modules: 0.5 s of a start that has 0.5 s in all
// (0.11 s by `require`). Everything else here imports Drizzle from this file.
const require = createRequire(import.meta.url);

const core: typeof import('drizzle-orm') = require('drizzle-orm');
const driver: typeof import('drizzle-orm/better-sqlite3') = require('drizzle-orm/better-sqlite3');
const schema: typeof import('drizzle-orm/sqlite-core') = require('drizzle-orm/sqlite-core');

export const { and, asc, desc, eq, getTableColumns, gt, gte, inArray, is, lt, lte, or } = core;
export const { Param, Placeholder, sql } = core;
export const { getTableConfig, index, integer, sqliteTable, text, unique } = schema;

/** Builds queries. They run without it: see `describe`. */
export const db = driver.drizzle.mock();
