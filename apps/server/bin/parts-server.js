// Plain JavaScript that any Node can read, so that one too old for the rest is
// told in words. Sources run without a build (Node strips the types), and
// better-sqlite3 13 dies with a segmentation fault below 22.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)) {
  // Keeps the compiled sources in the directory for temporary files: the next start takes half the time.
  module.enableCompileCache();
  await import('../src/main.ts');
} else {
  console.error(
    `parts-server needs Node 22.18, 23.6 or later, this is ${process.versions.node}.\n` +
      'Start it with "pnpm start" or "npm start": they use the Node that is installed with the dependencies.',
  );
  process.exitCode = 1;
}
