import { describe, expect, it } from 'vitest';
import { launch } from './testing/launch.ts';
import { startServer } from './testing/start-server.ts';

/** Lets Node claim another version before the program is loaded. */
function pretendToBe(version: string): string[] {
  const versions = `{ ...process.versions, node: '${version}' }`;
  const code = `Object.defineProperty(process, 'versions', { value: ${versions} })`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

describe('a Node that', () => {
  it.each(['18.20.8', '20.20.2', '22.17.1', '23.5.0'])(
    'is too old (%s) is told so in words',
    async (version) => {
      const server = await launch({ nodeArguments: pretendToBe(version) });

      expect(await server.exit).toEqual({ code: 1, signal: null });
      expect(server.stdout()).toBe('');
      expect(server.stderr()).toContain(`needs Node 22.18, 23.6 or later, this is ${version}`);
      expect(server.stderr()).toContain('pnpm start');
      expect(server.stderr(), 'holds no stack trace').not.toMatch(/^ +at /m);
    },
  );

  it.each(['22.18.0', '23.6.0'])('is new enough (%s) runs the server', async (version) => {
    await startServer({ nodeArguments: pretendToBe(version) });
  });
});
