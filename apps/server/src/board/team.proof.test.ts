import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard, openPart, press, signIn } from '../testing/open-board.ts';
import { startTeamServer } from '../testing/start-team-server.ts';

const openSharedBrowser = shareBrowser();

const actions = (page: Page) => page.locator('.decide .actions button').allTextContents();
const explanations = (page: Page) => page.locator('.decide p.dim').allTextContents();

test('offers a reader nothing to change, and says why', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin } = await startTeamServer();
  const page = await openBoard(browser, { origin, token: 'kim' });
  await openPart(page, 'PCB-1002');
  expect(await page.locator('article').textContent()).toContain(
    'Your role is reader: you can read, not decide.',
  );
  expect(await page.locator('article button').count()).toBe(0);
  await page.keyboard.press('a');
  await expect
    .poll(() => page.locator('.note').textContent())
    .toContain('this needs the role approver; the role of this token is reader');
});

test('offers an editor drafts, reviews and comments, and says what an approver may do', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin } = await startTeamServer();
  const page = await openBoard(browser, { origin, token: 'eve' });
  await openPart(page, 'PCB-1002');
  expect(await actions(page)).toEqual(['Comment', 'Back to draft']);
  expect(await explanations(page)).toEqual([
    'Approve, Reject, Retire: The role of the token does not allow this: this needs the role approver; the role of this token is editor.',
  ]);
});

test('names who made each change, and asks for the reasons that the rules ask for', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin } = await startTeamServer({ REASON_REQUIRED: 'Rejected' });
  const page = await openBoard(browser, { origin, token: 'ada' });
  await page.getByText('ada, approver').waitFor();
  await openPart(page, 'PCB-1002');
  await press(page, 'Reject');
  await expect.poll(() => page.locator('.note').textContent()).toContain('needs a reason');
  await page.getByLabel('Reason or comment').fill('wrong fuse');
  await press(page, 'Reject');
  await expectPart(page, 'ENC-2002');
  await page.goto(`${origin}/board#/parts/All/2`);
  await expectPart(page, 'PCB-1002');
  await expect.poll(() => page.locator('.history').textContent()).toContain('by ada');
});

test('lets nobody approve their own work under four eyes, and lists what is theirs to decide', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin, send } = await startTeamServer({ APPROVAL: 'four-eyes' });
  await send('ada', 'PATCH', '/v1/parts/1/status', { status: 'In Review' });
  const page = await openBoard(browser, { origin, token: 'ada' });
  await openPart(page, 'PCB-1001');
  expect(await actions(page)).toEqual(['Reject', 'Comment', 'Back to draft', 'Retire']);
  expect(await explanations(page)).toEqual([
    'Approve: People do not approve their own work: ada created, edited or sent version 2 to review; someone else has to approve the part.',
  ]);
  await page.getByRole('link', { name: 'Mine to decide' }).click();
  await expect
    .poll(() => page.locator('.queue li .number').allTextContents())
    .toEqual(['PCB-1002', 'ENC-2002', 'MTR-4002']);
  await page.goto(`${origin}/board#/parts/All/3`);
  await expectPart(page, 'PCB-1003');
  expect(await explanations(page)).toEqual([
    expect.stringContaining('Approve, Reject: The part is not in review'),
  ]);

  const other = await openBoard(browser, { origin, token: 'bob' });
  await other.getByRole('link', { name: 'Mine to decide' }).click();
  await openPart(other, 'PCB-1001');
  await press(other, 'Approve');
  await expectPart(other, 'PCB-1002');
  await expect.poll(() => other.locator('.queue li').count()).toBe(3);
  await other.goto(`${origin}/board#/parts/Approved/1`);
  await other.getByText('Approved at version 3 by bob').waitFor();
});

test('asks for another token when one is taken away, and keeps the typed text for its owner alone', async (context) => {
  const browser = await openSharedBrowser(context);
  const { origin, server, writeTokens } = await startTeamServer();
  const page = await openBoard(browser, { origin, token: 'ada' });
  await openPart(page, 'PCB-1002');
  await page.getByLabel('Reason or comment').fill('typed before');
  await page.getByText('● Live').waitFor();
  await writeTokens(['bob']);
  await page.getByLabel('Token').waitFor();
  expect(await page.locator('.note').textContent()).toContain('A valid token is needed');
  await writeTokens(['ada', 'bob']);
  const headers = { Authorization: 'Bearer ada' };
  await expect
    .poll(async () => (await server.request('/v1/session', { headers })).status)
    .toBe(200);
  await signIn(page, 'ada');
  await expectPart(page, 'PCB-1002');
  expect(await page.getByLabel('Reason or comment').inputValue()).toBe('typed before');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page, 'bob');
  await expectPart(page, 'PCB-1002');
  expect(await page.getByLabel('Reason or comment').inputValue()).toBe('');
});
