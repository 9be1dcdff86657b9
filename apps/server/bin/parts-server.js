// Plain JavaScript that any Node can read, so that one too old for the rest is
// told in words. Sources run without a build (Node strips the types), and
// better-sqlite3 13 dies with a segmentation fault below 22.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)) {
  // Keeps the compiled sources in the directory for temporary files: the next start takes half the time.
  module.enableCompileCache();
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
