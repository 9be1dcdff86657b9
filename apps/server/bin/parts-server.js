#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that one too old for the rest is
// told in words. Sources run without a build (Node strips the types), and
// better-sqlite3 13 dies with a segmentation fault below 22.
import { chmodSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)) {
  keepCompiledSources();
  try {
    await import('../src/main.ts');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    refuse(`parts-server lacks dependencies: ${error.message}.`);
  }
} else {
  refuse(`parts-server needs Node 22.18, 23.6 or later, this is ${process.versions.node}.`);
}

function refuse(reason) {
  console.error(
    `${reason}\nStart it with "npx --yes pnpm@12 start": it installs what is missing, and the right Node with it.`,
  );
  process.exitCode = 1;
}

/**
 * From the second start on, a start takes 0.2 s instead of 0.35 s. Who can write to the directory can
 * run code here, and Node checks no owner: it is the installation's own, never a shared one.
 */
function keepCompiledSources() {
  const directory = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Fails unless it is ours.
    chmodSync(directory, 0o700);
    module.enableCompileCache(directory);
    // Threads take it from here.
    process.env.NODE_COMPILE_CACHE = directory;
  } catch {
    // An installation that is only read compiles at each start.
  }
}
