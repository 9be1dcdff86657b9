import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

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
    plugins: [importDrizzle],
  });
  const { output } = await bundle.write({ dir: directory, format: 'esm', minify: false });
  await bundle.close();
  return output.flatMap((chunk) =>
    chunk.type === 'chunk'
      ? Object.entries(chunk.modules).flatMap(([id, { code }]) => (code ? [id] : []))
      : [],
  );
}

/** The sources load Drizzle through `require`, for the sake of a fast start, which bundlers don't follow. */
const importDrizzle: Plugin = {
  name: 'import-drizzle',
  transform(code, id) {
    if (!id.endsWith('/sqlite/drizzle.ts')) return undefined;
    const imported = code.replaceAll(
      /^const (\w+)(?:: .*)? = require\((.*)\);$/gm,
      'import * as $1 from $2;',
    );
    if (/\brequire\('/.test(imported)) throw new Error(`unknown way of loading Drizzle in ${id}`);
    return imported;
  },
};
