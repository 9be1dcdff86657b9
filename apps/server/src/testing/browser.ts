import { existsSync } from 'node:fs';
import { createTemporaryDirectory } from '@parts/testkit';
import { type Browser, chromium } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';

/** Where packages put them. */
const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/google-chrome'];

/** As root, without a screen, and nothing from the network but what a page asks for. */
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
  const executablePath = EXECUTABLES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    const reason = `no browser is at ${EXECUTABLES.join(' or ')} (apt-get install chromium)`;
    // biome-ignore lint/style/noProcessEnv: a switch of the tests, not of the server
    if (process.env['REQUIRE_BROWSER']) throw new Error(reason);
    console.warn(`NOT RUN: ${test.task.name}: ${reason}`);
    // biome-ignore lint/suspicious/noSkippedTests: the reason is told, and `.ci/run` forbids it
    test.skip(reason);
  }
  const browser = await chromium.launch({
    executablePath,
    args: FLAGS,
    env: { HOME: await createTemporaryDirectory() },
  });
  onTestFinished(() => browser.close());
  return browser;
}
