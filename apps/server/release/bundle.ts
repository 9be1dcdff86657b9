import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Stay packages of their own: a native module can't be bundled. */
export const EXTERNAL = ['better-sqlite3'];

const THREAD = '../../../packages/db/src/sqlite/writer/thread.ts';

/**
 * Bundles the server into a directory: `main.js`, the program of the thread that writes beside it, and what they
 * share.
 *
 * @returns the files whose code is in it
 */
export async function bundleServer(directory: string): Promise<string[]> {
  const bundle = await rolldown({
    input: {
      main: fileURLToPath(new URL('../src/main.ts', import.meta.url)),
      thread: fileURLToPath(new URL(THREAD, import.meta.url)),
    },
    platform: 'node',
    external: EXTERNAL,
  });
  const { output } = await bundle.write({ dir: directory, format: 'esm', minify: false });
  await bundle.close();
  return output.flatMap((chunk) =>
    chunk.type === 'chunk'
      ? Object.entries(chunk.modules).flatMap(([id, { code }]) => (code ? [id] : []))
      : [],
  );
}
