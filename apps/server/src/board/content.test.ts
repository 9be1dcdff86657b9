import type { Page } from 'playwright-core';
import { expect, type TestContext, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard } from '../testing/open-board.ts';
import { startTeamServer } from '../testing/start-team-server.ts';

const openSharedBrowser = shareBrowser();

async function openAs(context: TestContext, member: 'ada' | 'eve' | 'kim', address = '#/') {
  const browser = await openSharedBrowser(context);
  const team = await startTeamServer({ REASON_REQUIRED: 'retire' });
  const { origin } = team;
  const page = await openBoard(browser, { origin, path: `/board${address}`, token: member });
  return { ...team, page };
}

const note = (page: Page) => page.locator('.note').textContent();
const field = (page: Page, id: string) => page.locator(`#${id}`);

test('creates a part with a number, or with the next one behind a prefix', async (context) => {
  const { page } = await openAs(context, 'eve');
  await page.getByRole('link', { name: 'New part' }).click();
  expect(await field(page, 'name').getAttribute('maxlength')).toBe('200');
  await field(page, 'part_number').fill('pcb-1001');
  await field(page, 'name').fill('<b>Relay</b> board');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => note(page)).toContain('Another part has this number');
  expect(await page.getByRole('link', { name: 'another part' }).getAttribute('href')).toBe(
    '#/parts/All/1',
  );
  await page.getByLabel('Choose the next free number').check();
  await field(page, 'part_number').fill('PCB-');
  await page.getByRole('button', { name: 'Create' }).click();
  await expectPart(page, 'PCB-1004 <b>Relay</b> board');
  await expect.poll(() => page.locator('.history').textContent()).toContain('Created');
});

test('edits a part, which ends its approval, and shows what changed since', async (context) => {
  const { page, send } = await openAs(context, 'ada', '#/parts/All/2');
  await send('bob', 'PATCH', '/v1/parts/2/status', { status: 'Approved' });
  await page.getByText('Approved at version 2 by bob').waitFor();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByText('An edit ends that').waitFor();
  await field(page, 'name').fill('Power board');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectPart(page, 'Power board');
  await page.getByText('Changed since:').waitFor();
  const diff = page.locator('.box .diff');
  expect(await diff.locator('del').textContent()).toBe('Power distribution board');
  expect(await diff.locator('ins').textContent()).toBe('Power board');
  await expect.poll(() => page.locator('article .status').first().textContent()).toBe('Draft');
});

test('explains an edit that came too late, and mixes it with the other', async (context) => {
  const { page, send, server } = await openAs(context, 'ada', '#/parts/All/2/edit');
  await field(page, 'name').fill('Power board');
  await send('bob', 'PATCH', '/v1/parts/2', { name: 'PDB', description: '60 V' });
  await page.locator('.queue', { hasText: 'PDB' }).waitFor();
  expect(await field(page, 'name').inputValue()).toBe('Power board');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('By now it is: PDB').waitFor();
  expect(await field(page, 'name').inputValue()).toBe('Power board');
  expect(await field(page, 'description').inputValue()).toBe('60 V');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectPart(page, 'Power board');
  const headers = { Authorization: 'Bearer ada' };
  const part = await (await server.request('/v1/parts/2', { headers })).json();
  expect(part).toMatchObject({ name: 'Power board', description: '60 V', version: 3 });
});
