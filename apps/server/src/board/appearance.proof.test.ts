import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startServer } from '@parts/testkit';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { shareBrowser } from '../testing/browser.ts';
import { expectPart, openBoard, openPart, press, signIn } from '../testing/open-board.ts';
import { startTeamServer } from '../testing/start-team-server.ts';

const openSharedBrowser = shareBrowser();

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe-core finds, as `rule: selector`. */
async function findFaults(page: Page): Promise<unknown> {
  // As an expression: the policy of the page forbids scripts that are added to it.
  await page.evaluate(`window.axe ?? (() => { ${AXE} })()`);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`);
}

const checkGoodFile = (page: Page) =>
  checkFile(page, 'PCB-1002,Power board\nX-1,A board with a long name');
const checkBadFile = (page: Page) => checkFile(page, 'PCB-1002,\nX-1,');

type Send = Awaited<ReturnType<typeof startTeamServer>>['send'];

/** The addresses of all views, what shows that each is there, and what is done there first. */
const VIEWS: readonly [string, string, ((page: Page, send: Send) => Promise<void>)?][] = [
  ['#/', '.queue li'],
  ['#/parts/All/2', '.history'],
  ['#/parts/Rejected', '.queue ul'],
  ['#/parts/All/999', 'article .empty'],
  ['#/parts/All/2/edit', 'form.fields'],
  ['#/new', 'form.fields'],
  ['#/import', 'form.fields'],
  ['#/import', 'form.fields', checkGoodFile],
  ['#/import', 'form.fields', checkBadFile],
  ['#/parts/All/3/edit', 'form.fields', saveTooLate],
];

async function checkFile(page: Page, rows: string): Promise<void> {
  const buffer = Buffer.from(`part_number,name\n${rows}\n`);
  await page.getByLabel('File').setInputFiles({ name: 'p.csv', mimeType: 'text/csv', buffer });
  await page.getByLabel('Numbers that exist already').selectOption('update');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.locator('table').waitFor();
}

/** Saves an edit of what another person has changed meanwhile. */
async function saveTooLate(page: Page, send: Send): Promise<void> {
  await page.getByLabel('Name').fill('Sensor board');
  await send('bob', 'PATCH', '/v1/parts/3', { name: 'Sensor breakout' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('By now it is: Sensor breakout').waitFor();
}

const SCHEMES = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const;

test.for(SCHEMES)(
  'is accessible and fits in %s, %i pixels wide, in every view',
  // Axe looks at a dozen views, which takes a minute on a machine with much else to do.
  { timeout: 240_000 },
  async ([colorScheme, width], context: TestContext) => {
    const browser = await openSharedBrowser(context);
    const { origin, send } = await startTeamServer({ APPROVAL: 'four-eyes' });
    await send('ada', 'PATCH', '/v1/parts/2/status', { status: 'Approved', reason: 'fits' });
    await send('eve', 'PATCH', '/v1/parts/2', { name: 'Power board', description: '' });
    const viewport = { width, height: 844 };
    const page = await openBoard(browser, { origin, context: { colorScheme, viewport } });
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.note').textContent()).not.toBe('');
    expect(await findFaults(page)).toEqual([]);
    await signIn(page, 'ada');
    for (const [address, sign, fill] of VIEWS) {
      await page.goto(`${origin}/board${address}`);
      await page.locator(sign).first().waitFor({ state: 'attached' });
      await fill?.(page, send);
      const what = `${address} ${fill?.name ?? ''}`;
      expect(await findFaults(page), what).toEqual([]);
      expect(await page.getByRole('main').count(), what).toBe(1);
      const isWider = 'document.documentElement.scrollWidth > innerWidth';
      expect(await page.evaluate(isWider), what).toBe(false);
    }
    if (width < 500) return;
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await findFaults(page)).toEqual([]);
  },
);

test('works behind a prefix that a proxy takes off', async (context) => {
  const browser = await openSharedBrowser(context);
  const server = await startServer();
  const prefix = '/tools/parts';
  const proxy = createServer((incoming, outgoing) => {
    const { url = '', method = 'GET', headers } = incoming;
    if (!url.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const path = url.slice(prefix.length);
    const inner = request({ port: server.port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    outgoing.on('close', () => inner.destroy());
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  const origin = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  const page = await openBoard(browser, { origin, path: `${prefix}/`, token: 'dev-token' });
  expect(page.url()).toBe(`${origin}${prefix}/board`);
  await page.getByText('● Live').waitFor();
  await openPart(page, 'PCB-1002');
  await press(page, 'Approve');
  await expectPart(page, 'ENC-2002');
  expect(await (await server.request('/v1/parts/2')).json()).toMatchObject({ status: 'Approved' });
});

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null && isIPv4(address.address);
