import type { Page } from 'playwright-core';
import { expect, type TestContext, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard, openPart, press } from '../testing/open-board.ts';
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
const numbers = (page: Page) => page.locator('.queue li .number').allTextContents();
const field = (page: Page, id: string) => page.locator(`#${id}`);

test('creates a part with a number, or with the next one behind a prefix', async (context) => {
  const { page } = await openAs(context, 'eve');
  await page.getByRole('link', { name: 'New part' }).click();
  await expect.poll(() => field(page, 'name').getAttribute('maxlength')).toBe('200');
  await field(page, 'part_number').fill('pcb-1001');
  await field(page, 'name').fill('<b>Relay</b> board');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => note(page)).toContain('Another part has this number');
  expect(await page.getByRole('link', { name: 'Look at that part' }).getAttribute('href')).toBe(
    '#/parts/All/1',
  );
  await page.getByLabel('Choose the next free number').check();
  await field(page, 'part_number').fill('PCB-');
  await page.getByRole('button', { name: 'Create' }).click();
  await expectPart(page, 'PCB-1004 <b>Relay</b> board');
  await expect.poll(() => page.locator('.history').textContent()).toContain('Created');
});

test('creates one part when the answer was lost and the request is sent again', async (context) => {
  const { page, server } = await openAs(context, 'eve', '#/new');
  await page.getByLabel('Choose the next free number').check();
  await field(page, 'part_number').fill('PCB-');
  await field(page, 'name').fill('Relay board');
  await page.route(
    '**/v1/parts',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => note(page)).toContain('it counts once');
  await page.getByRole('button', { name: 'Create' }).click();
  await expectPart(page, 'PCB-1004 Relay board');
  const headers = { Authorization: 'Bearer eve' };
  const found = await server.request('/v1/parts?q=relay', { headers });
  expect(await found.json()).toMatchObject([{ part_number: 'PCB-1004' }]);
});

test('keeps what is typed in a form while another is open, until it is discarded', async (context) => {
  const { page, origin } = await openAs(context, 'ada', '#/parts/All/2/edit');
  await field(page, 'name').fill('Power board');
  await page.getByRole('link', { name: 'New part' }).click();
  await page.getByRole('heading', { name: 'New part' }).waitFor();
  await field(page, 'name').fill('Relay board');
  await page.goto(`${origin}/board#/parts/All/2/edit`);
  await page.getByRole('heading', { name: 'Edit PCB-1002' }).waitFor();
  expect(await field(page, 'name').inputValue()).toBe('Power board');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => field(page, 'name').inputValue()).toBe('Power distribution board');
  expect(await field(page, 'part_number').inputValue()).toBe('PCB-1002');
  expect(await field(page, 'description').inputValue()).toBe('48 V input, four fused outputs');
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await page.getByRole('link', { name: 'New part' }).click();
  await page.getByRole('heading', { name: 'New part' }).waitFor();
  expect(await field(page, 'name').inputValue()).toBe('Relay board');
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

test('retires a part with a reason, lists it apart and brings it back', async (context) => {
  const { page } = await openAs(context, 'ada');
  await openPart(page, 'PCB-1002');
  await press(page, 'Retire');
  await expect.poll(() => note(page)).toContain('needs a reason');
  await field(page, 'reason').fill('replaced by PCB-1010');
  await press(page, 'Retire');
  await expect.poll(() => numbers(page)).not.toContain('PCB-1002');
  await page.getByRole('link', { name: 'Retired' }).click();
  await openPart(page, 'PCB-1002');
  expect(await page.locator('.decide .actions button').allTextContents()).toEqual(['Bring back']);
  await field(page, 'reason').fill('needed again');
  await press(page, 'Bring back');
  await page.getByText('There are no parts here.').waitFor();
});

test('finds an exact number first, and every word in all parts', async (context) => {
  const { page, send } = await openAs(context, 'kim');
  await expect.poll(() => page.locator('nav a').first().textContent()).toMatch(/In Review\s+3/);
  await page.keyboard.press('/');
  await page.keyboard.type('MOTOR 750');
  await expect.poll(() => numbers(page)).toEqual(['MTR-4002']);
  await page.getByLabel('Search parts').fill('nothing like this');
  await page.getByText('No part in use has all of these words.').waitFor();
  await send('eve', 'POST', '/v1/parts', { part_number: 'PCB-100', name: 'Panel' });
  await page.getByLabel('Search parts').fill('pcb-100');
  await expect.poll(() => numbers(page)).toEqual(['PCB-100', 'PCB-1001', 'PCB-1002', 'PCB-1003']);
  await page.getByLabel('Search parts').fill('enc-2002');
  await expect.poll(() => numbers(page)).toEqual(['ENC-2002']);
  await page.keyboard.press('Enter');
  await expectPart(page, 'ENC-2002');
});

const csv = (text: string) => ({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

test('imports a file after a check that shows what would happen, and lists its errors', async (context) => {
  const { page } = await openAs(context, 'eve');
  await page.getByRole('link', { name: 'Spreadsheets' }).click();
  await page.getByLabel('File').setInputFiles(csv('part_number,name\nPCB-9001,\n'));
  await page.getByRole('button', { name: 'Check' }).click();
  await expect.poll(() => page.locator('table').textContent()).toContain('is missing');
  await page
    .getByLabel('File')
    .setInputFiles(csv('part_number;name\nPCB-9001;Backplane\nPCB-1002;Power board\n'));
  await page.getByLabel('Numbers that exist already').selectOption('update');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('What an import would do: create 1, update 1').waitFor();
  expect(await page.locator('td del').textContent()).toBe('Power distribution board');
  await page.getByRole('button', { name: 'Import 2 parts' }).click();
  await page.getByText('What the import did: create 1, update 1').waitFor();
  await expect.poll(() => page.locator('nav').textContent()).toMatch(/All\s+13/);
});

test('exports parts and audit as files', async (context) => {
  const { page } = await openAs(context, 'kim', '#/import');
  await page.getByText('this needs the role editor; the role of this token is reader').waitFor();
  for (const [button, file] of [
    ['Parts as CSV', 'parts.csv'],
    ['Audit as CSV', 'audit.csv'],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    expect((await download).suggestedFilename()).toBe(file);
  }
});
