import { waitUntil } from '@parts/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** What must not happen on any page: it is told of as an error. */
const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('forbidden by the policy: ' + event.violatedDirective + ' ' + event.blockedURI);
})`;

export interface OpenBoardOptions {
  readonly origin: string;
  /** What the address has behind the origin. Default: `/board`. */
  readonly path?: string;
  readonly context?: BrowserContextOptions;
  /** Signs in with it. Left out, the page stays at the sign-in. */
  readonly token?: string | undefined;
}

/**
 * Opens the board as a person of its own. After the test every request must have gone to the
 * server, and no error or violation of the policy may have happened.
 */
export async function openBoard(browser: Browser, options: OpenBoardOptions): Promise<Page> {
  const { origin, path = '/board', token } = options;
  const context = await browser.newContext({ locale: 'en-GB', ...options.context });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) foreign.push(url);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // A browser reports each answer from 400 on as an error, and each request that finds no server.
    const isAnswer = /^Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !isAnswer) errors.push(message.text());
  });
  await page.addInitScript(REPORT_VIOLATIONS);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await tellWhatIsShown(page);
    await context.close();
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
  });
  await page.goto(`${origin}${path}`);
  if (token !== undefined) await signIn(page, token);
  return page;
}

export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').waitFor();
}

/** So that a failure on another machine can be understood. */
async function tellWhatIsShown(page: Page): Promise<void> {
  const shown = await page.locator('body').ariaSnapshot({ timeout: 1000 }).catch(String);
  console.error(`The test failed while ${page.url()} showed:\n${shown.slice(0, SHOWN_CHARACTERS)}`);
}

/** Enough for the head, the note, a list and a part. */
const SHOWN_CHARACTERS = 4000;

/** Opens a part by its link in the list. */
export async function openPart(page: Page, partNumber: string): Promise<void> {
  await page.locator('.queue a', { hasText: partNumber }).click();
  await expectPart(page, partNumber);
}

/** Waits until a part is shown. */
export async function expectPart(page: Page, partNumber: string): Promise<void> {
  await page.locator('#title', { hasText: partNumber }).waitFor();
  await page.locator('.history').waitFor();
}

/** Acts again while the page says that the part has not been shown for long enough. */
export function actWhenSeen(page: Page, act: () => Promise<void>): Promise<true> {
  return waitUntil('the part was shown for long enough', async () => {
    await act();
    await page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))',
    );
    const note = await page.getByRole('alert').first().textContent();
    return !note?.includes('only just been shown');
  });
}

/** Presses a button of the decision form. */
export const press = (page: Page, name: string): Promise<true> =>
  actWhenSeen(page, () => page.getByRole('button', { name, exact: true }).click());
