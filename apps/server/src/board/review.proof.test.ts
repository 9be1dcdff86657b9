import { startServer } from '@parts/testkit';
import type { Page } from 'playwright-core';
import { expect, type TestContext, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { actWhenSeen, expectPart, openBoard, openPart, press } from '../testing/open-board.ts';

const openSharedBrowser = shareBrowser();

/** The board of a new server with the parts of the seed, signed in. */
async function openReview(context: TestContext, isSignedIn = true) {
  const browser = await openSharedBrowser(context);
  const server = await startServer();
  const origin = `http://127.0.0.1:${server.port}`;
  const page = await openBoard(browser, { origin, token: isSignedIn ? 'dev-token' : undefined });
  const readAudit = async (id: number): Promise<unknown> =>
    (await server.request(`/v1/parts/${id}/audit`)).json();
  const countEntries = async (id: number) => {
    const entries = await readAudit(id);
    return Array.isArray(entries) ? entries.length : -1;
  };
  return { browser, server, origin, page, readAudit, countEntries };
}

const note = (page: Page) => page.getByRole('alert').first();
const text = (page: Page) => page.getByLabel('Reason or comment');
const focused = (page: Page) => page.locator(':focus');

test('sends a browser from / to the board, where it asks for a token', async (context) => {
  const { origin, browser } = await openReview(context);
  const page = await openBoard(browser, { origin, path: '/' });
  expect(page.url()).toBe(`${origin}/board`);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => note(page).textContent()).toContain('the token is not the right one');
  await page.getByLabel('Token').fill('dev-token');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.queue li').count()).toBe(3);
  expect(await page.getByRole('navigation').getByRole('link').first().textContent()).toContain(
    'In Review',
  );
});

test('approves a part with a reason and opens the next one with the focus on its title', async (context) => {
  const { page, readAudit } = await openReview(context);
  await openPart(page, 'PCB-1002');
  await text(page).fill('all tests passed');
  await press(page, 'Approve');
  await expectPart(page, 'ENC-2002');
  expect(await focused(page).textContent()).toContain('ENC-2002');
  expect(await text(page).inputValue()).toBe('');
  expect(await page.getByRole('status').textContent()).toBe('PCB-1002: Approved.');
  expect(await readAudit(2)).toMatchObject([
    { new_status: 'Approved', reason: 'all tests passed', version: 2 },
  ]);
  await expect.poll(() => page.locator('.queue li').count()).toBe(2);
});

test('decides one part with a second click that comes at once, not the next part', async (context) => {
  const { page, countEntries } = await openReview(context);
  await openPart(page, 'PCB-1002');
  await page.evaluate(CLICK_AGAIN_AT_ONCE);
  const title = page.locator('#title');
  await expect
    .poll(async () => {
      const isFirst = (await title.textContent())?.includes('PCB-1002');
      if (isFirst) await page.getByRole('button', { name: 'Approve' }).click();
      return title.textContent();
    })
    .toContain('ENC-2002');
  await expect.poll(() => page.evaluate('clickedAgain')).toBe(true);
  await expect.poll(() => note(page).textContent()).toContain('only just been shown');
  expect([await countEntries(2), await countEntries(5)]).toEqual([1, 0]);
});

/** Within the page, so that it comes in time on a slow machine as well. */
const CLICK_AGAIN_AT_ONCE = `globalThis.clickedAgain = false;
  new MutationObserver((_, observer) => {
    const button = document.querySelector('button[value=Approved]:enabled');
    if (!button || !document.getElementById('title').textContent.includes('ENC-2002')) return;
    observer.disconnect();
    // As in a double click that is meant for the part before.
    setTimeout(() => {
      button.click();
      clickedAgain = true;
    }, 150);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });`;

test('adds a comment, which keeps the status and the part open, and refuses an empty one', async (context) => {
  const { page, readAudit } = await openReview(context);
  await openPart(page, 'PCB-1002');
  await press(page, 'Comment');
  await expect.poll(() => note(page).textContent()).toBe('Write the comment first.');
  expect(await focused(page).getAttribute('id')).toBe('reason');
  await page.keyboard.type('is the fuse rated?');
  await actWhenSeen(page, () => page.keyboard.press('Control+Enter'));
  await expect.poll(() => page.locator('.history').textContent()).toContain('is the fuse rated?');
  expect(await readAudit(2)).toMatchObject([{ old_status: 'In Review', new_status: 'In Review' }]);
  expect(await page.locator('#title').textContent()).toContain('PCB-1002');
});

test('is used with the keyboard alone, and single keys can be turned off', async (context) => {
  const { page, countEntries } = await openReview(context);
  await page.locator('.queue li').first().waitFor();
  await page.keyboard.press('j');
  await expectPart(page, 'PCB-1002');
  await page.keyboard.press('j');
  await expectPart(page, 'ENC-2002');
  await page.keyboard.press('k');
  await expectPart(page, 'PCB-1002');
  await page.keyboard.press('c');
  await page.keyboard.type('rejected, a j c k r');
  await page.keyboard.press('Escape');
  await actWhenSeen(page, () => page.keyboard.press('r'));
  await expectPart(page, 'ENC-2002');
  await actWhenSeen(page, () => page.keyboard.press('a'));
  await expectPart(page, 'MTR-4002');
  expect([await countEntries(2), await countEntries(5)]).toEqual([1, 1]);

  await page.getByRole('button', { name: 'Keys' }).click();
  await page.keyboard.press('a');
  await page.getByLabel('Single keys are on').click();
  await page.getByRole('button', { name: 'Close' }).click();
  for (const key of ['a', 'r', 'j', 'k', 'c', '/']) await page.keyboard.press(key);
  await expectPart(page, 'MTR-4002');
  expect(await countEntries(9)).toBe(0);
});

test('explains a conflict and keeps what was typed', async (context) => {
  const { page, server, countEntries } = await openReview(context, false);
  await page.route('**/v1/audit*', (route) => route.abort());
  await page.getByLabel('Token').fill('dev-token');
  await page.keyboard.press('Enter');
  await openPart(page, 'PCB-1002');
  await text(page).fill('looks fine');
  await server.changeStatus(2, 'Draft');
  await press(page, 'Approve');
  await expect.poll(() => note(page).textContent()).toContain('The part has changed meanwhile');
  expect(await text(page).inputValue()).toBe('looks fine');
  expect(await page.locator('.history').textContent()).toContain('Draft');
  await press(page, 'Approve');
  await expect.poll(() => countEntries(2)).toBe(2);
});

test('counts a decision once whose answer was lost, however often it is sent', async (context) => {
  const { page, server, countEntries } = await openReview(context);
  await openPart(page, 'PCB-1002');
  await text(page).fill('all tests passed');
  // A feed would tell of the change at once, and the part would then be another version.
  const keys: (string | undefined)[] = [];
  await page.route('**/status', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 2) return route.continue();
    if (keys.length === 2) await route.fetch();
    return route.abort();
  });
  let reads = 0;
  await page.route('**/v1/parts**', (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    reads += 1;
    return route.abort();
  });
  await press(page, 'Approve');
  await expect.poll(() => note(page).textContent()).toContain('it counts once');
  // The feed makes the page read, which fails as well: the second time it has told of the first.
  const readsBefore = reads;
  for (const failed of [1, 4]) {
    await server.changeStatus(4, 'Approved');
    await expect.poll(() => reads).toBeGreaterThanOrEqual(readsBefore + failed);
  }
  expect(await note(page).textContent()).toContain('it counts once');
  expect(await text(page).inputValue()).toBe('all tests passed');
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect.poll(() => keys.length).toBe(2);
  await expect.poll(() => countEntries(2)).toBe(1);
  await page.getByRole('button', { name: 'Approve' }).and(page.locator(':enabled')).click();
  await expectNextOrEmpty(page);
  expect(new Set(keys).size).toBe(1);
  expect(await countEntries(2)).toBe(1);
});

const expectNextOrEmpty = (page: Page) =>
  expect.poll(() => page.getByRole('status').textContent()).toBe('PCB-1002: Approved.');

test('shows the changes of others at once and keeps what was typed', async (context) => {
  const { page, server } = await openReview(context);
  await page.getByText('● Live').waitFor();
  await openPart(page, 'PCB-1002');
  await text(page).fill('I am not done');
  const body = JSON.stringify({ status: 'Rejected', reason: 'wrong fuse' });
  await server.request('/v1/parts/2/status', { method: 'PATCH', body });
  await expect.poll(() => page.locator('.history').textContent()).toContain('wrong fuse');
  expect(await text(page).inputValue()).toBe('I am not done');
  await expect.poll(() => page.locator('.queue li').count()).toBe(2);
});

test('lets go of its feed while it is hidden, and catches up when it is seen again', async (context) => {
  const { page, server } = await openReview(context);
  await page.getByText('● Live').waitFor();
  await openPart(page, 'PCB-1002');
  await setHidden(page, true);
  const readFeeds = async () => (await server.request('/debug/metrics')).text();
  await expect.poll(readFeeds).toMatch(/open_feeds"?[ :]+0/);
  await page.getByText('‖ Paused').waitFor();
  const body = JSON.stringify({ status: 'Rejected', reason: 'while you were away' });
  await server.request('/v1/parts/2/status', { method: 'PATCH', body });
  await setHidden(page, false);
  await expect.poll(() => page.locator('.history').textContent()).toContain('while you were away');
});

async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'))`);
}

test('follows a server that starts again, and goes back with a reset', async (context) => {
  const { page, server } = await openReview(context);
  await page.getByText('● Live').waitFor();
  await openPart(page, 'PCB-1002');
  await text(page).fill('typed before');
  await server.changeStatus(2, 'Approved');
  await expect.poll(() => page.locator('.history').textContent()).toContain('Approved');
  await server.end('SIGTERM');
  await page.getByText('○ Reconnecting').waitFor();
  const { directory, port } = server;
  const again = await startServer({ directory, env: { PORT: String(port) } });
  await page.getByText('● Live').waitFor();
  await again.request('/debug/reset', { method: 'POST' });
  await expect.poll(() => page.locator('article .status').first().textContent()).toBe('In Review');
  await expect.poll(() => page.locator('.history li').count()).toBe(1);
  expect(await text(page).inputValue()).toBe('typed before');
});

test('shows markup in every field as the text that it is', async (context) => {
  const { page, server } = await openReview(context);
  const markup = (field: string) => `<img src=x onerror=alert(1)><b>${field}</b>`;
  const [part_number, name, description] = ['number', 'name', 'description'].map(markup);
  const body = JSON.stringify({ part_number, name, description, reason: markup('reason') });
  await server.request('/v1/parts/2', { method: 'PATCH', body });
  await page.goto(`${page.url()}#/parts/All/2`);
  await expectPart(page, `${part_number} ${name}`);
  await text(page).fill(markup('comment'));
  await press(page, 'Comment');
  const article = page.locator('article');
  await expect.poll(() => article.textContent()).toContain(markup('comment'));
  for (const field of ['description', 'reason']) {
    expect(await article.textContent()).toContain(markup(field));
  }
  await page.getByLabel('Search parts').fill(markup('name'));
  await page.getByRole('heading', { name: `Found for “${markup('name')}”` }).waitFor();
  await expect.poll(() => page.locator('.queue li').count()).toBe(1);
  expect(await page.locator('img').count()).toBe(0);
});

test('says that there is no such part, and that the token is not valid any more', async (context) => {
  const { page, origin } = await openReview(context);
  await page.goto(`${origin}/board#/parts/All/999`);
  await page.getByText('There is no such part: no part has this id.').waitFor();
  await page.goto(`${origin}/board#/parts/%E0%A4%A/2`);
  await expectPart(page, 'PCB-1002');
  await text(page).fill('typed before');
  await page.route('**/v1/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer expired' } }),
  );
  await page.goto(`${origin}/board#/parts/All/2`);
  await expect.poll(() => note(page).textContent()).toContain('A valid token is needed');
  await page.unroute('**/v1/**');
  await page.getByLabel('Token').fill('dev-token');
  await page.keyboard.press('Enter');
  await expectPart(page, 'PCB-1002');
  expect(await text(page).inputValue()).toBe('typed before');
});
