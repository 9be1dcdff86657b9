import { existsSync } from 'node:fs';
import { type CleanUp, createTemporaryDirectory } from '@parts/testkit';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, onTestFinished, type TestContext } from 'vitest';

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
  // A picture depends on what is shown, not on how it came about.
  '--disable-partial-raster',
];

const EXECUTABLE = EXECUTABLES.find((path) => existsSync(path));

let isSkipTold = false;

/** Skips the test where there is no browser, and says so once a file. With REQUIRE_BROWSER it fails. */
function requireBrowser(test: TestContext): void {
  if (EXECUTABLE !== undefined) return;
  const reason = `no browser is at ${EXECUTABLES.join(' or ')} (apt-get install chromium)`;
  // biome-ignore lint/style/noProcessEnv: a switch of the tests, not of the server
  if (process.env['REQUIRE_BROWSER']) throw new Error(reason);
  if (!isSkipTold) console.warn(`NOT RUN: ${test.task.file.name}: ${reason}`);
  isSkipTold = true;
  // biome-ignore lint/suspicious/noSkippedTests: the reason is told, and `.ci/run` forbids it
  test.skip(reason);
}

/** Starts a browser for a program or, unless it is told how to clean up, for a test. */
async function launchBrowser(cleanUp: CleanUp = onTestFinished): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE ?? '',
    args: FLAGS,
    env: { HOME: await createTemporaryDirectory(cleanUp) },
  });
  cleanUp(() => browser.close());
  return browser;
}

/** Starts a browser for the test. Without one the test is skipped, unless REQUIRE_BROWSER is set. */
export async function openBrowser(test: TestContext): Promise<Browser> {
  requireBrowser(test);
  return launchBrowser();
}

/** One browser for all tests of a file, which is called at its top. It starts with the first of them. */
export function shareBrowser(): (test: TestContext) => Promise<Browser> {
  const tasks: Parameters<CleanUp>[0][] = [];
  let browser: Promise<Browser> | undefined;
  afterAll(async () => {
    for (const task of tasks.reverse()) await task();
  });
  return function openShared(test) {
    requireBrowser(test);
    browser ??= launchBrowser((task) => tasks.push(task));
    return browser;
  };
}
