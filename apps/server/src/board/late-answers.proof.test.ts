import type { Page } from 'playwright-core';
import { expect, type TestContext, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard } from '../testing/open-board.ts';
import { startTeamServer } from '../testing/start-team-server.ts';

const openSharedBrowser = shareBrowser();

async function openAsAda(context: TestContext, address: string) {
  const browser = await openSharedBrowser(context);
  const team = await startTeamServer();
  const { origin } = team;
  const page = await openBoard(browser, { origin, path: `/board${address}`, token: 'ada' });
  await page.getByText('● Live').waitFor();
  return { ...team, page };
}

/**
 * Asks the server for the next answer to this address, and keeps that answer back until it is
 * released. Later requests pass.
 */
async function holdNextAnswer(page: Page, address: string) {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const delivered = Promise.withResolvers<void>();
  await page.route(
    address,
    async (route) => {
      const response = await route.fetch();
      held.resolve();
      await released.promise;
      // The page has given up a request that it no longer needs.
      await route.fulfill({ response }).catch(() => undefined);
      delivered.resolve();
    },
    { times: 1 },
  );
  return {
    held: held.promise,
    async release() {
      released.resolve();
      await delivered.promise;
      await page.evaluate(AFTER_A_FRAME);
    },
  };
}

const AFTER_A_FRAME =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

const history = (page: Page) => page.locator('.history');
const status = (page: Page) => page.locator('article .status').first();

test('begins an edit with the part as it is, not as it was last shown', async (context) => {
  const { page, send } = await openAsAda(context, '#/parts/All/2');
  await expectPart(page, 'PCB-1002');
  // The page learns of changes by nothing but what it reads for the form.
  await page.route('**/v1/parts/2/audit?*', (route) => route.abort());
  const late = await holdNextAnswer(page, '**/v1/parts/2/actions');
  await send('bob', 'PATCH', '/v1/parts/2/status', { status: 'Approved' });
  await late.held;
  await send('bob', 'PATCH', '/v1/parts/2', { description: '60 V' });
  await page.unroute('**/v1/parts/2/audit?*');
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Name').fill('Power board');
  expect(await page.getByLabel('Description').inputValue()).toBe('60 V');
  await late.release();
  expect(await page.getByLabel('Name').inputValue()).toBe('Power board');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectPart(page, 'Power board');
});

test('drops an answer about a part that comes after a newer one', async (context) => {
  const { page, send } = await openAsAda(context, '#/parts/All/3');
  await expectPart(page, 'PCB-1003');
  const late = await holdNextAnswer(page, '**/v1/parts/2/actions');
  await page.goto(page.url().replace('/3', '/2'));
  await late.held;
  await send('bob', 'PATCH', '/v1/parts/2/status', { status: 'Approved' });
  // A look at another part ends the wait for the first answer.
  await page.goto(page.url().replace('/2', '/3'));
  await expectPart(page, 'PCB-1003');
  await page.goto(page.url().replace('/3', '/2'));
  await page.getByText('Approved at version 2 by bob').waitFor();
  await late.release();
  expect(await status(page).textContent()).toBe('Approved');
  expect(await history(page).textContent()).toContain('by bob');
});

test('never shows a part with a history that is newer', async (context) => {
  const { page, send } = await openAsAda(context, '#/parts/All/3');
  await expectPart(page, 'PCB-1003');
  const late = await holdNextAnswer(page, '**/v1/parts/2/actions');
  const changed = Promise.withResolvers<void>();
  await page.route('**/v1/parts/2/audit?*', (route) =>
    changed.promise.then(() => route.continue()).catch(() => undefined),
  );
  await page.evaluate(`globalThis.mixtures = [];
    new MutationObserver(() => {
      const text = document.querySelector('article').textContent;
      if (/by bob/.test(text) && !document.querySelector('article > p .status[data-status=Approved]')) mixtures.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });`);
  await page.goto(page.url().replace('/3', '/2'));
  await late.held;
  await send('bob', 'PATCH', '/v1/parts/2/status', { status: 'Approved' });
  changed.resolve();
  await late.release();
  await page.getByText('Approved at version 2 by bob').waitFor();
  expect(await page.evaluate('mixtures')).toEqual([]);
});

test('offers no decision on a part before its history is known', async (context) => {
  const { page } = await openAsAda(context, '#/parts/In%20Review');
  await page.locator('.queue li').first().waitFor();
  const late = await holdNextAnswer(page, '**/v1/parts/2/audit?*');
  await page.locator('.queue a', { hasText: 'PCB-1002' }).click();
  await late.held;
  expect(await page.locator('article').textContent()).toBe('Loading…');
  await late.release();
  await page.getByRole('button', { name: 'Approve' }).waitFor();
});

test('leaves alone what is typed in another form when the answer to a save comes late', async (context) => {
  const { page } = await openAsAda(context, '#/parts/All/2/edit');
  await page.getByLabel('Name').fill('Power board');
  const late = await holdNextAnswer(page, '**/v1/parts/2');
  await page.getByRole('button', { name: 'Save' }).click();
  await late.held;
  await page.getByRole('link', { name: 'New part' }).click();
  await page.getByLabel('Name').fill('Relay');
  await late.release();
  await page.locator('[role=status]', { hasText: 'is saved' }).waitFor({ state: 'attached' });
  expect(page.url()).toContain('#/new');
  expect(await page.getByLabel('Name').inputValue()).toBe('Relay');
});
