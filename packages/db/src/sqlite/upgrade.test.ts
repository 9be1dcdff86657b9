import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkDatabase } from '../check-database.ts';
import { openStorage } from '../open-storage.ts';
import { temporaryPath } from '../testing/temporary-storage.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/**
 * Databases that earlier programs wrote, one of each: part 1 went to In Review and, with a key, to Approved; part 12 went
 * to Draft. Schemas 2 and 4 were no program's.
 */
const VERSIONS = readdirSync(FIXTURES).map((name) => Number(/\d+/.exec(name)?.[0]));

function unpackDatabase(version: number): string {
  const path = temporaryPath();
  writeFileSync(path, gunzipSync(readFileSync(new URL(`schema-${version}.db.gz`, FIXTURES))));
  return path;
}

function readRows(path: string) {
  const connection = new Database(path);
  onTestFinished(() => void connection.close());
  const select = (table: string) => connection.prepare(`SELECT * FROM ${table}`).all();
  return {
    version: connection.pragma('user_version', { simple: true }),
    parts: select('parts'),
    entries: select('audit_entries'),
  };
}

async function expectUpgrade(path: string, before: ReturnType<typeof readRows>): Promise<void> {
  const storage = await openStorage(path);
  onTestFinished(() => storage.close());
  expect(storage.schemaUpdate.migratedFrom).toBe(before.version);
  const { parts, entries } = readRows(path);
  expect(parts).toMatchObject(before.parts);
  expect(entries).toMatchObject(before.entries);
  expect(checkDatabase(path)).toEqual([]);
  const history = await storage.audit.list({});
  expect(history).toMatchObject(before.entries);
  expect(history).toHaveLength(before.entries.length);
  for (const entry of history) expect(entry).toMatchObject({ kind: 'status_changed', actor: null });
  const { part } = await storage.parts.change(buildStatusChange({ partId: 12 }));
  expect(part.version).toBe(3);
}

describe.for(VERSIONS)('a database of schema %i', (version) => {
  test('keeps every part and entry, and goes on', async () => {
    const path = unpackDatabase(version);
    await expectUpgrade(path, readRows(path));
  });
});

const OPEN_STORAGE = JSON.stringify(import.meta.resolve('../open-storage.ts'));

/** Kills the process behind so many scripts of SQL, in whatever thread they run. */
const killAfter = (scripts: number) => `
  const Database = require(${JSON.stringify(import.meta.resolve('better-sqlite3').replace('file://', ''))});
  const exec = Database.prototype.exec;
  let left = ${scripts};
  Database.prototype.exec = function (sql) {
    const result = exec.call(this, sql);
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return result;
  };`;

test.for([1, 2, 3])(
  'an upgrade that is killed after %i migrations begins again',
  async (scripts) => {
    const path = unpackDatabase(5);
    const before = readRows(path);
    writeFileSync(`${path}-hook.cjs`, killAfter(scripts));
    const program = `const { openStorage } = await import(${OPEN_STORAGE}); await openStorage(process.argv[1]);`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], {
      env: { NODE_OPTIONS: `--require ${path}-hook.cjs` },
    });
    expect(signal).toBe('SIGKILL');
    expect(readRows(path)).toEqual(before);
    await expectUpgrade(path, before);
  },
);
