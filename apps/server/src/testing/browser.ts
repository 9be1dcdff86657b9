import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';
import { createTemporaryDirectory } from './temporary-directory.ts';

/** Where Debian's package puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** Contains nothing of the network but what a page asks for. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser for the test. Without one the test is skipped, unless REQUIRE_BROWSER is set. */
export async function openBrowser(test: TestContext): Promise<Browser> {
  // biome-ignore lint/style/noProcessEnv: a switch of the tests, not of the server
  if (!existsSync(CHROMIUM) && !process.env['REQUIRE_BROWSER']) {
    const reason = `not run: there is no browser at ${CHROMIUM} (apt-get install chromium)`;
    console.warn(`${test.task.name}: ${reason}`);
    // biome-ignore lint/suspicious/noSkippedTests: the reason is told, and `.ci/run` forbids it
    test.skip(reason);
  }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
    env: { HOME: await createTemporaryDirectory() },
  });
  onTestFinished(() => browser.close());
  return browser;
}
